using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>What a worker in Discord says of itself when it hears nothing.</summary>
[TestFixture]
internal sealed class DiscordReadingTests : StandInFixture
{
    [Test]
    public async Task Without_the_gateway_it_is_not_connected_and_says_why()
    {
        var bot = NewBot();
        var state = new LinkState(TimeProvider.System);
        var reading = new DiscordReading(state, bot.Gateway);
        await bot.Connected();
        Assert.That((reading.Now.Connected, reading.Now.Problem), Is.EqualTo((false, (string?)null)), "not before the server has said welcome");
        state.Set(connected: true, problem: null);
        Assert.That((reading.Now.Connected, reading.Now.Problem), Is.EqualTo((true, (string?)null)));

        _ = StandIn.Faults.Close(4014);
        await Eventually.Is(() => !reading.Now.Connected && reading.Now.Problem is { } why && why.Contains("4014", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_spent_budget_of_new_sessions_is_said_and_when_it_goes_on()
    {
        var bot = NewBot(change: options => options with { IdentifiesPerHour = 1 });
        var state = new LinkState(TimeProvider.System);
        state.Set(connected: true, problem: null);
        var reading = new DiscordReading(state, bot.Gateway);
        await bot.Connected();
        _ = StandIn.Faults.Invalidate(resumable: false);
        await Eventually.Is(() => !reading.Now.Connected && reading.Now.Problem?.Contains("budget of new sessions is spent", StringComparison.Ordinal) == true);
        Assert.That(bot.Log.Lines, Has.Some.Contains("budget of new sessions is spent (1 an hour); the next is begun at"));
    }
}
