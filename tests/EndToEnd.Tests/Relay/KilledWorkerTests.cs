using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MeatLizard.EndToEnd.Tests.Durability;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>A worker that is killed and comes back: every answer has one end, and none is lost that was whole.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class KilledWorkerTests
{
    private static readonly string[] Tokens = [.. Enumerable.Range(0, 40).Select(i => $" word{i}")];

    private TestFolder _folder = null!;
    private ProductProcess _server = null!;
    private CuttableWay _way = null!;
    private WorkerProcess _worker = null!;
    private ApiClient _client = null!;
    private Guid _session;

    [SetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        _server = await ProductProcess.StartBuilt(_folder.File("data"), "--Relay:LocalWorker=false");
        _client = new(_server.Address, await _server.SignUp());
        _way = new(_server.Address.Port);
        var code = await _server.Invite("anna-mac");
        await WorkerProcess.Enrol(new($"http://127.0.0.1:{_way.Port}/"), code, _folder.File("worker"));
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _worker.DisposeAsync();
        await _server.DisposeAsync();
        await _way.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task In_the_middle_of_an_answer_it_fails_once_with_what_had_arrived()
    {
        await Run(new FakeRun { Tokens = Tokens, TokenMs = 100 });
        var (reading, end) = await Say();
        await Eventually.Is(() => Text(reading).Length > 30);
        await _worker.Sigkill();
        await Again();

        Assert.That(await end, Is.True);
        Assert.That((reading.End, reading.Code), Is.EqualTo(("failed", "worker_restarted")));
        Assert.That(string.Concat(Tokens), Does.StartWith(Text(reading)));
        await OneAnswer(reading);
    }

    [Test]
    public async Task Before_any_text_somebody_is_asked_once_more()
    {
        await Run(new FakeRun { Tokens = Tokens, TokenMs = 20_000 }, new FakeRun { Tokens = Tokens });
        var (reading, end) = await Say();
        await Eventually.Is(async () => (await _worker.Status()).Contains("running  1", StringComparison.Ordinal));
        await _worker.Sigkill();
        await Again();

        Assert.That(await end, Is.True);
        Assert.That((reading.End, Text(reading)), Is.EqualTo(("completed", string.Concat(Tokens))));
        await OneAnswer(reading);
    }

    [Test]
    public async Task After_its_end_and_before_that_was_acknowledged_nothing_is_lost()
    {
        await Run(new FakeRun { Tokens = Tokens, TokenMs = 100 });
        var (reading, end) = await Say();
        await Eventually.Is(async () => (await _worker.Status()).Contains("running  1", StringComparison.Ordinal));
        _way.Down();
        await Eventually.Is(async () => (await _worker.Status()).Contains("running  0", StringComparison.Ordinal));
        Assert.That(Text(reading), Has.Length.LessThan(string.Concat(Tokens).Length), "the end is still with the worker");
        await _worker.Sigkill();
        Start(_folder.File("worker"));
        _way.Up();

        Assert.That(await end, Is.True);
        Assert.That((reading.End, Text(reading)), Is.EqualTo(("completed", string.Concat(Tokens))));
        await OneAnswer(reading);
        await Eventually.Is(() => !IsKept());
    }

    private async Task Run(params FakeRun[] runs)
    {
        FakeModel.Write(_folder.File("models"), "scripted", runs);
        await Again();
    }

    private async Task Again()
    {
        Start(_folder.File("worker"));
        await Eventually.Is(async () => (await _worker.Status()).Contains("state    connected", StringComparison.Ordinal));
    }

    private void Start(string folder) => _worker = WorkerProcess.Start(folder, _folder);

    private async Task<(Reading Reading, Task<bool> End)> Say()
    {
        var (_, request) = await _client.Say(_session = await _client.OpenSession(), "Count.", Guid.NewGuid().ToString());
        var reading = new Reading(request);
        return (reading, reading.Continue(_client, new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token));
    }

    /// <summary>What is stored is what was read, once.</summary>
    private async Task OneAnswer(Reading reading)
    {
        var messages = (await _server.Http.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{_session}/messages")).GetProperty("items");
        var answers = messages.EnumerateArray().Where(message => message.GetProperty("role").GetString() == "assistant").ToArray();
        Assert.That(answers, Has.Length.EqualTo(1));
        Assert.That(answers[0].GetProperty("text").GetString(), Is.EqualTo(Text(reading)));
    }

    /// <summary>Whether the answer still lies on the worker's disk.</summary>
    private bool IsKept() => Directory.GetFiles(_folder.File("worker"), "journal.db*")
        .Any(path => Encoding.Latin1.GetString(ReadShared(path)).Contains("word1", StringComparison.Ordinal));

    /// <summary>A file that the worker writes meanwhile: it may grow or shrink while it is read, or be gone.</summary>
    private static byte[] ReadShared(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static string Text(Reading reading) => string.Concat(reading.Parts);
}
