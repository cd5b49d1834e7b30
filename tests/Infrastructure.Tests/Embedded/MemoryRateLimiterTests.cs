using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Embedded;

/// <summary>What it does beyond the contract of limiters.</summary>
[TestFixture]
internal sealed class MemoryRateLimiterTests
{
    private static readonly Limit Minute = new("user", "*", TimeSpan.FromMinutes(1), 3);
    private static readonly Limit Hour = new("user", "*", TimeSpan.FromHours(1), 4);

    private readonly StoppedClock _clock = new();

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

    [Test]
    public async Task What_another_limiter_granted_counts_in_its_window_and_late_news_of_an_earlier_one_does_not()
    {
        var limiter = new MemoryRateLimiter(_clock);
        var end = _clock.GetUtcNow() + TimeSpan.FromSeconds(30);
        limiter.Note((Minute, "a"), end);
        limiter.Note((Minute, "a"), end - TimeSpan.FromMilliseconds(20));
        Assert.That(limiter.Known((Minute, "a")), Is.EqualTo((2, TimeSpan.FromSeconds(30))));
        limiter.Note((Minute, "a"), end + TimeSpan.FromMinutes(1));
        limiter.Note((Minute, "a"), end);
        Assert.That(limiter.Known((Minute, "a")), Is.EqualTo((1, TimeSpan.FromSeconds(90))));
        Assert.That(await Grants(limiter, 5, (Minute, "a")), Is.EqualTo(2));
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
