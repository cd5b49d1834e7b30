using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>
/// The relay's hosts, each a process of its own that can be killed and started again: API host and worker over the link, on SQLite; or API
/// host, server bot and worker over Discord, on PostgreSQL and Redis.
/// </summary>
internal sealed class RelayHosts : IAsyncDisposable
{
    private const string Name = "anna-mac";

    private readonly TestFolder _folder = new();
    private readonly Dictionary<RelayRole, (IReadOnlyDictionary<string, string?> Settings, IReadOnlyDictionary<string, string?> Environment)> _ways = [];
    private readonly Dictionary<RelayRole, KillHostProcess> _processes = [];
    private readonly Uri _address = new($"http://127.0.0.1:{TestPort.Free()}");
    private TestRedis? _redis;
    private StandIn? _discord;
    private string _key = "";

    private RelayHosts(TestDatabase database) => Database = database;

    public TestDatabase Database { get; }

    /// <summary>Whether the worker is reached through Discord.</summary>
    public bool ByDiscord => _discord is not null;

    public KillHostProcess this[RelayRole role] => _processes[role];

    /// <param name="script">What the model says, a token in so many milliseconds.</param>
    public static async Task<RelayHosts> Start(bool byDiscord, IReadOnlyList<string> script, int tokenMs)
    {
        var hosts = new RelayHosts(await TestDatabase.Create(byDiscord ? Testing.Storage.Database.Postgres : Testing.Storage.Database.Sqlite));
        try
        {
            if (byDiscord)
            {
                hosts._redis = await TestRedis.Start();
                hosts._discord = await StandIn.Start(new StandInOptions());
            }

            FakeModel.Write(hosts._folder.File("models"), "scripted", new FakeRun { Tokens = script, TokenMs = tokenMs });
            await hosts.Prepare();
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    public ApiClient Client() => new(_address, _key);

    /// <summary>Everybody runs, and a message would be answered.</summary>
    public async Task Ready()
    {
        foreach (var role in _ways.Keys)
        {
            await Revive(role);
        }

        using var http = Http();
        await Eventually.Is(
            async () => (await http.GetFromJsonAsync<JsonElement>("api/v1/models")).GetProperty("items").GetArrayLength() > 0,
            within: TimeSpan.FromMinutes(1));
    }

    /// <summary>Starts a host that has been killed.</summary>
    public async Task Revive(RelayRole role)
    {
        if (_processes.TryGetValue(role, out var process))
        {
            if (process.IsAlive)
            {
                return;
            }

            await process.DisposeAsync();
        }

        var (settings, environment) = _ways[role];
        _processes[role] = await KillHostProcess.Start(role.ToString().ToLower(CultureInfo.InvariantCulture), settings, environment);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var role in (RelayRole[])[RelayRole.Worker, RelayRole.Server, RelayRole.Api])
        {
            if (_processes.TryGetValue(role, out var process))
            {
                await process.DisposeAsync();
            }
        }

        if (_discord is not null)
        {
            await _discord.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task Prepare()
    {
        var shared = new Dictionary<string, string?>(Database.Settings);
        shared.TryAdd("DataFolder", _folder.File("data"));
        if (_redis is not null)
        {
            shared["Redis:ConnectionString"] = _redis.ConnectionString;
        }

        var none = new Dictionary<string, string?>();
        _ways[RelayRole.Api] = (
            new Dictionary<string, string?>(shared)
            {
                ["urls"] = _address.ToString().TrimEnd('/'),
                ["Relay:LocalWorker"] = "false",
                ["Limits:PerMinute"] = "1000000",
                ["Limits:PerHour"] = "1000000",
                ["Identity:Owner:Email"] = ApiClient.Email,
                ["Identity:Owner:Password"] = ApiClient.Password,
            },
            none);
        await Revive(RelayRole.Api);
        _key = await ApiClient.MakeKey(_address);
        await Enrol();
        _ways[RelayRole.Worker] = (
            new Dictionary<string, string?>
            {
                ["DataFolder"] = _folder.File("worker"),
                ["Inference:Models"] = _folder.File("models"),
                ["Inference:LlamaServer"] = TestLlama.StandIn(_folder),
            },
            ByDiscord ? Bot(DefaultWorld.ClientBotToken) : none);
        if (ByDiscord)
        {
            _ways[RelayRole.Server] = (shared, Bot(DefaultWorld.ServerBotToken));
        }
    }

    private async Task Enrol()
    {
        using var http = Http();
        using var invited = await http.PostAsJsonAsync("api/v1/admin/workers", new { name = Name });
        var code = (await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
        await WorkerProcess.Enrol(_address, code, _folder.File("worker"));
        if (ByDiscord)
        {
            using var set = await http.PutAsJsonAsync($"api/v1/admin/workers/{Name}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
            set.EnsureSuccessStatusCode();
        }
    }

    private Dictionary<string, string?> Bot(string token) => new()
    {
        ["Discord__Token"] = token,
        ["Discord__RelayGuildId"] = DefaultWorld.RelayGuild.ToString(CultureInfo.InvariantCulture),
        ["Discord__Api"] = _discord!.ApiAddress.ToString(),
    };

    private HttpClient Http() =>
        new() { BaseAddress = _address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _key) } };
}
