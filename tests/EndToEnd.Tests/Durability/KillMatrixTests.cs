using MeatLizard.Domain.Conversations;
using MeatLizard.KillHost;
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
    private const string Question = "Tell me about lizards.";

    private static readonly string[] Script =
        [.. Enumerable.Range(0, 16).Select(i => i % 4 == 3 ? $" drei\u00dfig \U0001F98E {i}." : $" token{i}")];

    private DurabilityHost _host = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _host = await DurabilityHost.Start(kind, DurabilityHost.Scripted(Script, tokenMs: 40));

    [OneTimeTearDown]
    public async Task CleanUp() => await _host.DisposeAsync();

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
        var turn = await KilledTurn.Run(_host, Question, point, passes);
        TestContext.Out.WriteLine(turn.Row(kind, point));
        var whole = string.Concat(Script);
        if (point is < KillPoint.MidGeneration or KillPoint.EndCommitted)
        {
            Assert.That(turn.Reading.End, Is.EqualTo("completed"), "before any text, somebody is asked again");
        }

        if (point is KillPoint.ChunkCommitted or KillPoint.DoneReceived)
        {
            Assert.That(turn.Reading.Code, Is.EqualTo("worker_restarted"), "once there is text, nobody else is asked");
        }

        Assert.That(turn.Answer.Text, turn.Reading.End == "completed" ? Is.EqualTo(whole) : Is.Not.Empty);
        Assert.That(whole, Does.StartWith(turn.Answer.Text));
        Assert.That(turn.Answer.Status, Is.EqualTo(turn.Reading.End == "completed" ? MessageStatus.Complete : MessageStatus.Failed));
    }
}
