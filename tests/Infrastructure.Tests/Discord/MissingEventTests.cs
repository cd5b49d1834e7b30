using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class MissingEventTests : StandInFixture
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Test]
    public async Task What_is_missing_is_asked_for_by_resuming()
    {
        await using var gateway = await ScriptedGateway.Start(
            ["READY", ScriptedGateway.Message(2, "a"), ScriptedGateway.Message(4, "c")],
            [ScriptedGateway.Message(3, "b"), ScriptedGateway.Message(4, "c"), ScriptedGateway.Dispatch(5, "RESUMED", "{}")]);
        var (bot, clock) = BotAt(gateway);
        await Eventually.Is(() => bot.Said.Count == 1);
        await clock.SomebodyWaits(Patience);
        clock.Advance(Patience);
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Said, Is.EqualTo(new[] { "a", "b", "c" }));
            Assert.That((int?)gateway.Introductions[1]["op"], Is.EqualTo(6));
            Assert.That((long?)gateway.Introductions[1]["d"]!["seq"], Is.EqualTo(2));
        }

        await bot.DisposeAsync();
    }

    [Test]
    public async Task What_does_not_come_then_either_is_passed_over_and_said()
    {
        string[] again = [ScriptedGateway.Message(4, "c"), ScriptedGateway.Dispatch(5, "RESUMED", "{}")];
        await using var gateway = await ScriptedGateway.Start(["READY", ScriptedGateway.Message(2, "a"), ScriptedGateway.Message(4, "c")], again, again);
        var (bot, clock) = BotAt(gateway);
        for (var connection = 1; connection <= 2; connection++)
        {
            await Eventually.Is(() => gateway.Introductions.Count == connection);
            await clock.SomebodyWaits(Patience);
            clock.Advance(Patience);
        }

        await Eventually.Is(() => bot.Said.Count == 2);
        var told = bot.Heard.ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Said, Is.EqualTo(new[] { "a", "c" }));
            Assert.That(told[Array.FindLastIndex(told, one => one is MessageCreated) - 1], Is.InstanceOf<EventsMissed>());
            Assert.That(gateway.Introductions, Has.Count.EqualTo(3));
        }

        await bot.DisposeAsync();
    }

    [Test]
    public async Task An_event_that_cannot_be_read_is_left_out_and_the_next_is_told()
    {
        await using var gateway = await ScriptedGateway.Start(
            ["READY", ScriptedGateway.Dispatch(2, "MESSAGE_CREATE", """{"id":"not a number","content":"secret words"}"""), ScriptedGateway.Message(3, "b")]);
        var (bot, _) = BotAt(gateway);
        await Eventually.Is(() => bot.Said.Count == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Log.Lines, Has.Some.Contains("MESSAGE_CREATE"));
            Assert.That(bot.Log.Lines, Has.None.Contain("secret words"));
        }

        await bot.DisposeAsync();
    }

    private (Bot Bot, StoppedClock Clock) BotAt(ScriptedGateway gateway)
    {
        var clock = new StoppedClock();
        return (NewBot(clock, options => options with { Api = gateway.Address }).Listen(), clock);
    }
}
