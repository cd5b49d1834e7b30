using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Discord's ids are drawn by Discord's clock, and this machine's may be wrong.</summary>
[TestFixture(-1440)]
[TestFixture(-10)]
[TestFixture(10)]
[TestFixture(1440)]
internal sealed class DiscordClockTests(int minutes) : StandInFixture
{
    [Test]
    public async Task It_shows_their_time_from_the_first_answer_on()
    {
        var wrong = new ShiftedClock(TimeSpan.FromMinutes(minutes));
        var clock = new DiscordClock(wrong);
        var bot = NewBot(wrong, clock: clock);
        Assert.That(clock.Now, Is.EqualTo(wrong.GetUtcNow()).Within(TimeSpan.FromSeconds(5)));
        var before = await bot.Api.Post(General, new DiscordPost("before"), CancellationToken.None);
        Assert.That(clock.Now, Is.EqualTo(before.Id.At).Within(TimeSpan.FromSeconds(30)));

        var cursor = clock.BeforeNow;
        var after = await bot.Api.Post(General, new DiscordPost("after"), CancellationToken.None);
        Assert.That(after.Id, Is.GreaterThan(cursor));
        Assert.That(before.Id.At - cursor.At, Is.LessThan(TimeSpan.FromSeconds(30)));
    }
}
