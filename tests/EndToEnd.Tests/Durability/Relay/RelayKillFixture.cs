using MeatLizard.Domain.Conversations;

namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>
/// Every host of the relay is killed at every step of a message's life, and started again. Whatever it was, the message has one end and one
/// answer, and that is the model's; where the worker was lost in the middle of its text, the end says so and the text is kept.
/// ./test draws a few from the matrix by a seed, ./test --full runs it whole; docs/evidence/relay-kills.md has the result.
/// </summary>
internal abstract class RelayKillFixture(bool byDiscord)
{
    private const int TokenMs = 30;

    /// <summary>From the restart to the end at the reader, and from there to another message's answer. Among other tests it takes what it takes.</summary>
    private static readonly TimeSpan RecoversWithin = RelayDeath.Full ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(30);

    private static readonly string[] Script =
        [.. Enumerable.Range(0, 40).Select(i => i % 4 == 3 ? $" drei\u00dfig \U0001F98E {i}." : $" token{i}")];

    private RelayHosts _hosts = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _hosts = await RelayHosts.Start(byDiscord, Script, TokenMs);

    [OneTimeTearDown]
    public async Task CleanUp() => await _hosts.DisposeAsync();

    protected async Task Survives(RelayDeath death)
    {
        var turn = await SurvivedTurn.Run(_hosts, death);
        TestContext.Out.WriteLine(turn.Row(byDiscord, death));
        var whole = string.Concat(Script);
        if (turn.Reading.End == "completed" || !death.MayCostTheRest)
        {
            Assert.That((turn.Reading.End, turn.Reading.Code, turn.Text), Is.EqualTo(("completed", (string?)null, whole)));
            Assert.That(turn.Answer.Status, Is.EqualTo(MessageStatus.Complete));
        }
        else
        {
            Assert.That((turn.Reading.End, turn.Reading.Code), Is.EqualTo(("failed", "worker_restarted")));
            Assert.That(turn.Text, Is.Not.Empty, "without any text somebody is asked again");
            Assert.That(whole, Does.StartWith(turn.Text));
        }

        Assert.That(turn.EndedWithin, Is.LessThan(RecoversWithin));
        Assert.That(turn.AnsweredWithin, Is.LessThan(RecoversWithin));
    }
}
