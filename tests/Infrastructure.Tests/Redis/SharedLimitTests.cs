using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>Limits that several hosts share, and what holds of them when Redis forgets or is away.</summary>
[TestFixture]
internal sealed class SharedLimitTests
{
    private static readonly Limit Minute = new("user", "*", TimeSpan.FromMinutes(1), 100);
    private static readonly Limit Hour = new("user", "*", TimeSpan.FromHours(1), 137);

    private TestRedis _redis = null!;

    [SetUp]
    public async Task Start() => _redis = await TestRedis.Start();

    [TearDown]
    public ValueTask Stop() => _redis.DisposeAsync();

    [Test]
    public async Task A_thousand_at_once_from_four_hosts_get_exactly_the_amount()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RedisHost.Start(_redis, "Redis:Timeout", "00:00:10")));
        var all = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => Take(hosts[i % 4], (Minute, "a"), (Hour, "a")))));
        Assert.That(all.Count(decision => decision.Granted), Is.EqualTo(100));
        Assert.That(
            all.Where(decision => decision.Granted).Select(decision => decision.Remaining), Is.EquivalentTo(Enumerable.Range(0, 100)));

        // Nothing was taken from the hour by those whom the minute refused.
        Assert.That(await Grants(hosts[0], 50, (Hour, "a")), Is.EqualTo(37));
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Test]
    public async Task A_Redis_that_was_flushed_is_told_what_was_granted()
    {
        await using var host = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:10");
        Assert.That(await Grants(host, 60, (Minute, "a"), (Hour, "a")), Is.EqualTo(60));
        await _redis.Flush();
        Assert.That(await Grants(host, 100, (Minute, "a"), (Hour, "a")), Is.EqualTo(40));
    }

    [Test]
    public async Task Without_Redis_a_host_grants_a_quarter_and_counts_what_it_granted_before()
    {
        await using var host = await RedisHost.Start(_redis);
        await using var other = await RedisHost.Start(_redis);
        Assert.That(await Grants(host, 10, (Minute, "a")), Is.EqualTo(10));
        await _redis.Kill();
        Assert.That(await Grants(host, 100, (Minute, "a")), Is.EqualTo(15), "twenty-five with the ten");
        Assert.That(await Grants(other, 100, (Minute, "a")), Is.EqualTo(25));
        Assert.That(await Grants(host, 3, (Minute with { Amount = 2 }, "b")), Is.EqualTo(1), "at least one");
        var refused = await Take(host, (Minute, "a"));
        Assert.That((refused.Granted, refused.Limit, refused.Remaining), Is.EqualTo((false, Minute, 0)));
        Assert.That(refused.ResetAfter, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)));

        // The new Redis knows nothing, and learns from the hosts: the first brings its 25, and the limit holds from there.
        await _redis.Restart();
        await Eventually.Is(() => host.Link.Answers && other.Link.Answers, TimeSpan.FromSeconds(10));
        Assert.That(await Grants(host, 200, (Minute, "a")) + await Grants(other, 200, (Minute, "a")), Is.EqualTo(75));
    }

    [Test]
    public async Task A_Redis_that_is_gone_and_back_with_all_it_knew_goes_on_counting()
    {
        await using var host = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:00.3");
        Assert.That(await Grants(host, 70, (Minute, "a")), Is.EqualTo(70));
        await _redis.Pause();
        Assert.That(await Grants(host, 5, (Minute, "a")), Is.Zero);
        await _redis.Resume();
        await Eventually.Is(() => host.Link.Answers, TimeSpan.FromSeconds(10));

        // The one that nobody waited for any longer may have been counted.
        Assert.That(await Grants(host, 100, (Minute, "a")), Is.InRange(28, 30));
    }

    private static Task<RateDecision> Take(RedisHost host, params (Limit, string)[] limits) =>
        host.Limiter.Take(limits, CancellationToken.None).AsTask();

    private static async Task<int> Grants(RedisHost host, int tries, params (Limit, string)[] limits)
    {
        var granted = 0;
        for (var i = 0; i < tries; i++)
        {
            granted += (await Take(host, limits)).Granted ? 1 : 0;
        }

        return granted;
    }
}
