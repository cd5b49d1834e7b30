using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Twins;

[TestFixture(Twin.Memory)]
[TestFixture(Twin.Redis)]
internal sealed class RateLimiterTests(Twin twin) : TwinFixture(twin)
{
    private static readonly Limit Minute = new("user", "*", TimeSpan.FromMinutes(1), 3);
    private static readonly Limit Hour = new("user", "*", TimeSpan.FromHours(1), 4);

    private StoppedClock _clock = null!;
    private IRateLimiter _limiter = null!;

    [SetUp]
    public void MakeLimiter()
    {
        _clock = new();
        _limiter = Host is null ? new MemoryRateLimiter(_clock) : new RedisRateLimiter(Host.Link, _clock);
    }

    [Test]
    public async Task Exactly_the_amount_is_granted_in_a_window_and_then_again()
    {
        Assert.That(await Grants(5, (Minute, "a")), Is.EqualTo(3));
        await Pass(TimeSpan.FromSeconds(40));
        Assert.That(await Grants(5, (Minute, "a")), Is.Zero);
        await Pass(TimeSpan.FromSeconds(20));
        Assert.That(await Grants(5, (Minute, "a")), Is.EqualTo(3));
    }

    [Test]
    public async Task Subjects_are_counted_apart()
    {
        Assert.That(await Grants(5, (Minute, "a")), Is.EqualTo(3));
        Assert.That(await Grants(5, (Minute, "b")), Is.EqualTo(3));
    }

    [Test]
    public async Task Kinds_and_windows_are_counted_apart()
    {
        Assert.That(await Grants(5, (Minute, "a")), Is.EqualTo(3));
        Assert.That(await Grants(5, (Minute with { ScopeKind = "address" }, "a")), Is.EqualTo(3));
        Assert.That(await Grants(5, (Hour, "a")), Is.EqualTo(4));
    }

    [Test]
    public async Task When_one_limit_is_used_up_nothing_is_taken_from_the_others()
    {
        Assert.That(await Grants(10, (Minute, "a"), (Hour, "a")), Is.EqualTo(3));
        await Pass(TimeSpan.FromMinutes(1));
        Assert.That(await Grants(10, (Minute, "a"), (Hour, "a")), Is.EqualTo(1), "four in the hour");
    }

    [Test]
    public async Task The_strictest_limit_is_told()
    {
        var first = await _limiter.Take([(Hour, "a"), (Minute, "a")], CancellationToken.None);
        Assert.That((first.Granted, first.Limit, first.Remaining), Is.EqualTo((true, Minute, 2)));
        Assert.That(first.ResetAfter, Is.InRange(TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(1)));
        await Grants(2, (Hour, "a"), (Minute, "a"));
        await Grants(1, (Hour, "a"));
        var refused = await _limiter.Take([(Minute, "a"), (Hour, "a")], CancellationToken.None);
        Assert.That((refused.Granted, refused.Limit, refused.Remaining), Is.EqualTo((false, Hour, 0)), "both are used up; the hour lasts longer");
    }

    [Test]
    public async Task A_limit_that_is_made_wider_holds_at_once()
    {
        Assert.That(await Grants(5, (Minute, "a")), Is.EqualTo(3));
        Assert.That(await Grants(5, (Minute with { Amount = 5 }, "a")), Is.EqualTo(2));
    }

    [Test]
    public async Task A_hundred_at_once_get_no_more_than_the_amount()
    {
        var all = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(_ => Task.Run(() => _limiter.Take([(Minute, "a")], CancellationToken.None).AsTask())));
        Assert.That(all.Count(decision => decision.Granted), Is.EqualTo(3));
    }

    private async Task Pass(TimeSpan time)
    {
        _clock.Advance(time);
        if (Twin == Twin.Redis)
        {
            await Redis.Age(time);
        }
    }

    private async Task<int> Grants(int tries, params (Limit, string)[] limits)
    {
        var granted = 0;
        for (var i = 0; i < tries; i++)
        {
            granted += (await _limiter.Take(limits, CancellationToken.None)).Granted ? 1 : 0;
        }

        return granted;
    }
}
