using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class IdentifyStormTests : StandInFixture
{
    private readonly StoppedClock _clock = new();

    protected override StandInOptions Options => new()
    {
        Time = _clock,

        // No session outlives its connection, so every restart wants a new one.
        ResumeWithin = TimeSpan.FromTicks(-1),
        Limits = new RateLimits { IdentifyAtOnce = new RateLimit(1_000, TimeSpan.FromSeconds(5)) },
    };

    [Test]
    public async Task A_hundred_restarts_in_an_hour_begin_twenty_sessions()
    {
        var pace = TimeSpan.FromSeconds(35);
        var connected = 0;
        string? problem = null;
        for (var restart = 0; restart < 100; restart++)
        {
            var until = _clock.GetUtcNow() + pace;
            await using var bot = NewBot(_clock);
            _ = bot.Listen();
            while (_clock.GetUtcNow() < until)
            {
                await Eventually.Is(() => bot.Gateway.Status is { State: DiscordGatewayState.Connected }
                    || (bot.Gateway.Status is { State: DiscordGatewayState.Waiting, NextTry: { } next } && next > _clock.GetUtcNow()));
                var status = bot.Gateway.Status;
                var step = status.NextTry is { } at && at < until ? at - _clock.GetUtcNow() : until - _clock.GetUtcNow();
                problem = status.Problem ?? problem;
                connected += status.State == DiscordGatewayState.Connected ? 1 : 0;
                _clock.Advance(step);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(AtGateway("identify"), Is.EqualTo(20));
            Assert.That(connected, Is.EqualTo(20));
            Assert.That(problem, Does.Contain("20 an hour").And.Contain("UTC"));
        }
    }
}
