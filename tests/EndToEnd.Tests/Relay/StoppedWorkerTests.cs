using System.Diagnostics;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.EndToEnd.Tests.Durability;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>A worker that is told to stop, by real signals.</summary>
[TestFixture]
internal sealed class StoppedWorkerTests
{
    private static readonly string[] Tokens = [.. Enumerable.Range(0, 30).Select(i => $" word{i}")];

    private TestFolder _folder = null!;
    private ProductProcess _server = null!;
    private WorkerProcess _worker = null!;
    private ApiClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        _server = await ProductProcess.StartBuilt(_folder.File("data"), "--Relay:LocalWorker=false");
        _client = new(_server.Address, await _server.SignUp());
        var code = await _server.Invite("anna-mac");
        await WorkerProcess.Enrol(_server.Address, code, _folder.File("worker"));
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _worker.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase("TERM")]
    [TestCase("HUP", Description = "Its terminal was closed.")]
    public async Task At_a_signal_it_finishes_its_answer_and_says_so_meanwhile(string signal)
    {
        var (reading, end) = await Begin(tokenMs: 200);
        await _worker.Terminate(signal);
        await Eventually.Is(async () => (await _worker.Status()).Contains("draining It is being stopped.", StringComparison.Ordinal));
        await _worker.Ended();

        Assert.That(_worker.ExitCode, Is.Zero);
        Assert.That(await end, Is.True);
        Assert.That((reading.End, string.Concat(reading.Parts)), Is.EqualTo(("completed", string.Concat(Tokens))));
        Assert.That(ProductProcess.CountLlamaServers(_folder), Is.Zero);
    }

    [Test]
    public async Task At_a_second_signal_it_does_not_wait()
    {
        var (reading, end) = await Begin(tokenMs: 1000);
        await _worker.Terminate();
        await Eventually.Is(async () => (await _worker.Status()).Contains("draining", StringComparison.Ordinal));
        var began = Stopwatch.GetTimestamp();
        await _worker.Terminate();
        await _worker.Ended();

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(8)));
        Assert.That(await end, Is.True);
        Assert.That((reading.End, reading.Code), Is.EqualTo(("failed", "worker_stopping")));
        Assert.That(string.Concat(Tokens), Does.StartWith(string.Concat(reading.Parts)));
    }

    [Test]
    public async Task A_status_that_can_not_be_written_down_stops_nothing()
    {
        var (reading, end) = await Begin(tokenMs: 200);

        // Where the next one would be written first; it may be there at this very moment.
        await Eventually.Is(() =>
        {
            try
            {
                return Directory.CreateDirectory(_folder.File("worker/status.json.new")).Exists;
            }
            catch (IOException)
            {
                return false;
            }
        });
        Assert.That(await end, Is.True);
        Assert.That((reading.End, string.Concat(reading.Parts)), Is.EqualTo(("completed", string.Concat(Tokens))));
        await Eventually.Is(() => _worker.Output.Contains("status can't be written down", StringComparison.Ordinal));
    }

    [Test]
    public async Task Two_on_one_folder_get_in_nobodys_way()
    {
        await Begin(tokenMs: 0);

        // One that knows the same worker by another key would write it down beside the root that the first one uses.
        await using var second = WorkerProcess.Start(
            _folder.File("worker"), _folder, "--Relay:Workers:anna-mac:Carrier=Link", $"--Relay:Workers:anna-mac:Key={new string('2', 64)}", $"--Server:Address={_server.Address}");
        await second.Ended();
        Assert.That(second.ExitCode, Is.EqualTo(1));
        await Eventually.Is(() => second.Output.Contains("Another worker runs on the folder", StringComparison.Ordinal));
        Assert.That(await RootStores.OfThisMachine(_folder.File("worker")).Find(NextRoot.Of("anna-mac"), CancellationToken.None), Is.Null);
    }

    /// <summary>An answer of which some text has arrived.</summary>
    private async Task<(Reading Reading, Task<bool> End)> Begin(int tokenMs)
    {
        FakeModel.Write(_folder.File("models"), "scripted", new FakeRun { Tokens = Tokens, TokenMs = tokenMs });
        _worker = WorkerProcess.Start(_folder.File("worker"), _folder);
        await Eventually.Is(async () => (await _worker.Status()).Contains("state    connected", StringComparison.Ordinal));
        var (_, request) = await _client.Say(await _client.OpenSession(), "Count.", Guid.NewGuid().ToString());
        var reading = new Reading(request);
        var end = reading.Continue(_client, new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        await Eventually.Is(() => reading.Parts.Count > 0);
        return (reading, end);
    }
}
