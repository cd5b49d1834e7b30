using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class MemoryRateLimiterTests
{
    private static readonly Limit Minute = new("user", "*", TimeSpan.FromMinutes(1), 3);
    private static readonly Limit Hour = new("user", "*", TimeSpan.FromHours(1), 4);

    private readonly StoppedClock _clock = new();

    [Test]
    public async Task Exactly_the_amount_is_granted_in_a_window_and_then_again()
    {
        var limiter = new MemoryRateLimiter(_clock);
        Assert.That(await Grants(limiter, 5, (Minute, "a")), Is.EqualTo(3));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(await Grants(limiter, 5, (Minute, "a")), Is.Zero);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await Grants(limiter, 5, (Minute, "a")), Is.EqualTo(3));
    }

    [Test]
    public async Task Subjects_are_counted_apart()
    {
        var limiter = new MemoryRateLimiter(_clock);
        Assert.That(await Grants(limiter, 5, (Minute, "a")), Is.EqualTo(3));
        Assert.That(await Grants(limiter, 5, (Minute, "b")), Is.EqualTo(3));
    }

    [Test]
    public async Task When_one_limit_is_used_up_nothing_is_taken_from_the_others()
    {
        var limiter = new MemoryRateLimiter(_clock);
        Assert.That(await Grants(limiter, 10, (Minute, "a"), (Hour, "a")), Is.EqualTo(3));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await Grants(limiter, 10, (Minute, "a"), (Hour, "a")), Is.EqualTo(1), "four in the hour");
    }

    [Test]
    public async Task The_strictest_limit_is_told()
    {
        var limiter = new MemoryRateLimiter(_clock);
        var first = await limiter.Take([(Hour, "a"), (Minute, "a")], CancellationToken.None);
        Assert.That(first, Is.EqualTo(new RateDecision(true, Minute, 2, TimeSpan.FromMinutes(1))));
    }

    [Test]
    public async Task A_hundred_at_once_get_no_more_than_the_amount()
    {
        var limiter = new MemoryRateLimiter(_clock);
        var all = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => Task.Run(() => limiter.Take([(Minute, "a")], CancellationToken.None).AsTask())));
        Assert.That(all.Count(decision => decision.Granted), Is.EqualTo(3));
    }

    [Test]
    public async Task Memory_is_bounded_and_windows_that_ended_go_first()
    {
        var limiter = new MemoryRateLimiter(_clock, capacity: 100);
        for (var i = 0; i < 50; i++)
        {
            await Grants(limiter, 1, (Minute, $"old {i}"));
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await Grants(limiter, 3, (Hour, "busy")), Is.EqualTo(3));
        for (var i = 0; i < 60; i++)
        {
            await Grants(limiter, 1, (Minute, $"new {i}"));
        }

        Assert.That(limiter.Size, Is.LessThanOrEqualTo(100));
        Assert.That(await Grants(limiter, 3, (Hour, "busy")), Is.EqualTo(1), "a live count was not thrown away");
        for (var i = 0; i < 1000; i++)
        {
            await Grants(limiter, 1, (Hour, $"flood {i}"));
        }

        Assert.That(limiter.Size, Is.LessThanOrEqualTo(100));
    }

    private static async Task<int> Grants(MemoryRateLimiter limiter, int tries, params (Limit, string)[] limits)
    {
        var granted = 0;
        for (var i = 0; i < tries; i++)
        {
            granted += (await limiter.Take(limits, CancellationToken.None)).Granted ? 1 : 0;
        }

        return granted;
    }
}
