using MeatLizard.Domain.Conversations;
using MeatLizard.KillHost;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>
/// The host is killed at every point of a turn, and started again. Nothing that was acknowledged is lost, doubled, or left without an end.
/// </summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
[Parallelizable(ParallelScope.Self)]
internal sealed class KillMatrixTests(Database kind)
{
    private static readonly string[] Script =
        [.. Enumerable.Range(0, 16).Select(i => i % 4 == 3 ? $" drei\u00dfig \U0001F98E {i}." : $" token{i}")];

    private TestFolder _folder = null!;
    private TestDatabase _database = null!;
    private Dictionary<string, string?> _settings = null!;
    private KillHostProcess? _host;
    private string _key = "";

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _folder = new TestFolder();
        _database = await TestDatabase.Create(kind);
        FakeModel.Write(_folder.File("models"), "scripted", new FakeRun { Tokens = Script, TokenMs = 12 });
        _settings = new(_database.Settings)
        {
            ["Inference:LlamaServer"] = TestLlama.StandIn(_folder),
            ["Inference:Models"] = _folder.File("models"),
            ["Inference:Slots"] = "2",
            ["Relay:OutboxLease"] = "00:00:01",
            ["Limits:PerMinute"] = "1000000",
            ["Limits:PerHour"] = "1000000",
            ["Identity:Owner:Email"] = ApiClient.Email,
            ["Identity:Owner:Password"] = ApiClient.Password,
        };
        _settings.TryAdd("DataFolder", _folder.File("data"));
        _host = await KillHostProcess.Start(_settings);
        _key = await ApiClient.MakeKey(_host.Address);
    }

    [OneTimeTearDown]
    public async Task CleanUp()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase(KillPoint.BodyRead, 0)]
    [TestCase(KillPoint.BeforeInsert, 0)]
    [TestCase(KillPoint.AfterCommitBeforeAnswer, 0)]
    [TestCase(KillPoint.OutboxPicked, 0)]
    [TestCase(KillPoint.BeforeDispatchSent, 0)]
    [TestCase(KillPoint.Dispatched, 0)]
    [TestCase(KillPoint.Accepted, 0)]
    [TestCase(KillPoint.MidGeneration, 5)]
    [TestCase(KillPoint.ChunkReceived, 0)]
    [TestCase(KillPoint.ChunkReceived, 2)]
    [TestCase(KillPoint.ChunkCommitted, 0)]
    [TestCase(KillPoint.ChunkCommitted, 2)]
    [TestCase(KillPoint.DoneReceived, 0)]
    [TestCase(KillPoint.EndCommitted, 0)]
    public async Task Killed_at(KillPoint point, int passes)
    {
        _host = _host is { IsAlive: true } ? _host : await KillHostProcess.Start(_settings);
        var key = Guid.NewGuid().ToString();
        Guid session;
        (Guid Message, Guid Request)? told;
        Reading? reading = null;
        using (var client = new ApiClient(_host.Address, _key))
        {
            session = await client.OpenSession();
            await _host.Arm(point, passes);
            if (point == KillPoint.OutboxPicked)
            {
                await _host.PauseDispatch();
            }

            told = await TrySay(client, session, key);
            if (told is { } ids)
            {
                if (point == KillPoint.OutboxPicked)
                {
                    await _host.ResumeDispatch();
                }

                reading = new(ids.Request);
                Assert.That(await reading.Continue(client, CancellationToken.None), Is.EqualTo(point == KillPoint.EndCommitted && reading.End is not null));
            }

            Assert.That(await _host.Died(), Is.EqualTo(KillHostProcess.Killed));
            await _host.NoChildIsLeft();
        }

        await _host.DisposeAsync();
        _host = await KillHostProcess.Start(_settings);
        using var again = new ApiClient(_host.Address, _key);
        var given = await again.Say(session, "Tell me about lizards.", key);
        Assert.That(given, Is.EqualTo(told ?? given), "the same key gives the same ids");
        reading ??= new(given.Request);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.That(await reading.Continue(again, patience.Token), Is.True, "the end has come");
        Assert.That(await again.Say(session, "Tell me about lizards.", key), Is.EqualTo(given));
        var answer = await TurnAudit.OneEnd(_database, session, given.Message, reading);
        TestContext.Out.WriteLine($"| {kind} | {point} {passes} | {(told is null ? "no" : "yes")} | {reading.End} {reading.Code} | {answer.Text.Length} |");
        Judge(point, reading, answer);
    }

    private static void Judge(KillPoint point, Reading reading, Message answer)
    {
        var whole = string.Concat(Script);
        if (point is < KillPoint.MidGeneration or KillPoint.EndCommitted)
        {
            Assert.That(reading.End, Is.EqualTo("completed"), "before any text, somebody is asked again");
        }

        if (point is KillPoint.ChunkCommitted or KillPoint.DoneReceived)
        {
            Assert.That(reading.Code, Is.EqualTo("worker_restarted"), "once there is text, nobody else is asked");
        }

        Assert.That(answer.Text, reading.End == "completed" ? Is.EqualTo(whole) : Is.Not.Empty);
        Assert.That(whole, Does.StartWith(answer.Text));
        Assert.That(answer.Status, Is.EqualTo(reading.End == "completed" ? MessageStatus.Complete : MessageStatus.Failed));
    }

    private static async Task<(Guid Message, Guid Request)?> TrySay(ApiClient client, Guid session, string key)
    {
        try
        {
            return await client.Say(session, "Tell me about lizards.", key);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
