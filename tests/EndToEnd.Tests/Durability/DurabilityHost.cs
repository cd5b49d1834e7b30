using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>A database, a folder and the host that uses them, as often as it is started.</summary>
internal sealed class DurabilityHost : IAsyncDisposable
{
    private readonly TestFolder _folder;
    private readonly Dictionary<string, string?> _settings;
    private readonly string _key;

    private DurabilityHost(TestFolder folder, TestDatabase database, Dictionary<string, string?> settings, KillHostProcess process, string key)
    {
        _folder = folder;
        _settings = settings;
        _key = key;
        Database = database;
        Process = process;
    }

    public TestDatabase Database { get; }

    public KillHostProcess Process { get; private set; }

    /// <param name="models">Writes the models into the folder, and answers which llama-server is to run them.</param>
    /// <param name="also">Settings beside the usual ones, or in their place.</param>
    public static async Task<DurabilityHost> Start(
        Database kind, Func<TestFolder, string> models, params IEnumerable<(string Key, string Value)> also)
    {
        var folder = new TestFolder();
        var database = await TestDatabase.Create(kind);
        await TakenAway.From(database);
        var settings = new Dictionary<string, string?>(database.Settings)
        {
            ["Inference:LlamaServer"] = models(folder),
            ["Inference:Models"] = folder.File("models"),
            ["Inference:Slots"] = "2",
            ["Inference:ContextSize"] = "4096",
            ["Relay:OutboxLease"] = "00:00:01",
            ["Limits:PerMinute"] = "1000000",
            ["Limits:PerHour"] = "1000000",
            ["Identity:Owner:Email"] = ApiClient.Email,
            ["Identity:Owner:Password"] = ApiClient.Password,
        };
        foreach (var (key, value) in also)
        {
            settings[key] = value;
        }

        settings.TryAdd("DataFolder", folder.File("data"));
        var process = await KillHostProcess.Start(settings);
        return new(folder, database, settings, process, await ApiClient.MakeKey(process.Address));
    }

    /// <summary>The stand-in, which says this.</summary>
    public static Func<TestFolder, string> Scripted(IReadOnlyList<string> tokens, int tokenMs) => folder =>
    {
        FakeModel.Write(folder.File("models"), "scripted", new FakeRun { Tokens = tokens, TokenMs = tokenMs });
        return TestLlama.StandIn(folder);
    };

    /// <summary>The real llama-server, with a model that goes on for some hundred tokens.</summary>
    public static string Real(TestFolder folder)
    {
        TestModel.Write(folder.File("models/tiny.gguf"), new TestModelOptions { Name = "tiny", EndRate = 0.004, ContextSize = 4096 });
        return TestLlama.Binary;
    }

    /// <summary>For calls that <see cref="Client"/> does not know.</summary>
    public HttpClient Http() => new() { BaseAddress = Process.Address, DefaultRequestHeaders = { Authorization = new("Bearer", _key) } };

    public ApiClient Client() => new(Process.Address, _key);

    /// <summary>Starts the host if it has been killed.</summary>
    public async Task Revive()
    {
        if (!Process.IsAlive)
        {
            await Process.DisposeAsync();
            Process = await KillHostProcess.Start(_settings);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Database.DisposeAsync();
        _folder.Dispose();
    }
}
