using System.Diagnostics;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>Redis gone, in every way that it goes: nobody hangs, it is said once, and it is used again when it is back.</summary>
[TestFixture]
internal sealed class OutageTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);

    /// <summary>What a busy machine may add.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private static readonly Limit Minute = new("user", "*", TimeSpan.FromMinutes(1), 1000);
    private static readonly WorkerId Anna = new("anna-mac");

    private TestRedis _redis = null!;

    [SetUp]
    public async Task Start() => _redis = await TestRedis.Start();

    [TearDown]
    public ValueTask Stop() => _redis.DisposeAsync();

    [TestCase("killed")]
    [TestCase("stopped")]
    [TestCase("paused")]
    public async Task Nobody_waits_longer_than_the_timeout_and_it_is_used_again_when_it_is_back(string how)
    {
        await using var host = await RedisHost.Start(_redis, "Redis:Timeout", Timeout.ToString());
        host.Registry.Announce(Anna, "link", "01", [], 100, null);
        Assert.That(host.Link.AwaySince, Is.Null);

        // On a machine that is busy enough the first answer is late, which is an outage too.
        var before = host.Log.Count;
        await (how switch
        {
            "killed" => _redis.Kill(),
            "stopped" => _redis.Pause(),
            _ => _redis.Ask("CLIENT PAUSE 3000 ALL"),
        });
        var slowest = await Slowest(() => host.Limiter.Take([(Minute, "a")], CancellationToken.None).AsTask());
        Assert.That(slowest, Is.LessThan(Timeout + Slack));
        slowest = await Slowest(() => host.Registry.TryReserve(Anna, new(Guid.CreateVersion7()), CancellationToken.None).AsTask());
        Assert.That(slowest, Is.LessThan(Timeout + Slack));
        await Eventually.Is(() => !host.Link.Answers);
        Assert.That(host.Link.AwaySince, Is.Not.Null);

        // It is known now: the timeout is not waited for again and again.
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 50 && !host.Link.Answers; i++)
        {
            await host.Limiter.Take([(Minute, "a")], CancellationToken.None);
            host.Replies.Raise(new(Guid.CreateVersion7()));
        }

        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Slack));
        await (how switch
        {
            "killed" => _redis.Restart(),
            "stopped" => _redis.Resume(),
            _ => Task.CompletedTask,
        });
        await Eventually.Is(() => host.Link.Answers, Recovery);
        Assert.That(host.Link.AwaySince, Is.Null);
        await Eventually.Is(async () => (await host.Limiter.Take([(Minute, "b")], CancellationToken.None)).Remaining >= 900, Recovery);
        Assert.That(host.Log.Skip(before), Has.Exactly(1).StartsWith("Warning: Redis does not answer").And.Exactly(1).StartsWith("Information: Redis answers again"));
    }

    [Test]
    public async Task A_host_starts_without_Redis_and_uses_it_when_it_comes()
    {
        await _redis.Kill();
        await using var host = await RedisHost.Start(_redis.ConnectionString);
        Assert.That((await host.Limiter.Take([(Minute, "a")], CancellationToken.None)).Remaining, Is.EqualTo(249));
        Assert.That(host.Link.AwaySince, Is.Not.Null);
        await _redis.Restart();
        await Eventually.Is(() => host.Link.Answers, Recovery);
        Assert.That((await host.Limiter.Take([(Minute, "a")], CancellationToken.None)).Remaining, Is.EqualTo(998));
    }

    [Test]
    public async Task It_comes_back_from_one_outage_after_another()
    {
        // A server that is killed is missed at once: the timeout is long, so that a machine which is busy for a while makes no outage of its own.
        await using var host = await RedisHost.Start(_redis, "Redis:Timeout", Recovery.ToString());
        var before = host.Log.Count;
        for (var i = 0; i < 3; i++)
        {
            await _redis.Kill();
            await Eventually.Is(() => !host.Link.Answers);
            await _redis.Restart();
            await Eventually.Is(() => host.Link.Answers, Recovery);
        }

        Assert.That(host.Log.Skip(before), Has.Exactly(3).StartsWith("Warning"));
    }

    [Test]
    public async Task A_password_is_used_and_a_wrong_one_is_an_outage_that_does_not_repeat_it()
    {
        await using var locked = await TestRedis.Start("--requirepass hunter2");
        await using (var knows = await RedisHost.Start(locked.ConnectionString + ",password=hunter2"))
        {
            await Eventually.Is(() => knows.Link.Answers);
            await locked.Kill();
            await Eventually.Is(() => !knows.Link.Answers);
            Assert.That(knows.Log, Has.None.Contains("hunter2"));
            await locked.Restart();
        }

        await using var guesses = await RedisHost.Start(locked.ConnectionString + ",password=swordfish");
        Assert.That(guesses.Link.Answers, Is.False);
        Assert.That(guesses.Log, Has.Some.StartsWith("Warning: Redis does not answer").And.None.Contains("swordfish"));
    }

    [Test]
    public async Task A_Redis_that_takes_no_writes_is_away_too()
    {
        await using var host = await RedisHost.Start(_redis);
        await _redis.Ask("REPLICAOF 127.0.0.1 1");
        await Eventually.Is(() => !host.Link.Answers);
        Assert.That((await host.Limiter.Take([(Minute, "a")], CancellationToken.None)).Remaining, Is.EqualTo(249));
        await _redis.Ask("REPLICAOF NO ONE");
        await Eventually.Is(() => host.Link.Answers, Recovery);
    }

    [Test]
    public async Task Whoever_gives_up_waiting_is_told_so_and_it_is_no_outage()
    {
        await using var host = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:10");
        using var gone = new CancellationTokenSource();
        await _redis.Pause();
        var take = host.Limiter.Take([(Minute, "a")], gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.That(async () => await take, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(host.Link.Answers, Is.True);
        await _redis.Resume();
    }

    private static async Task<TimeSpan> Slowest(Func<Task> call)
    {
        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var began = Stopwatch.GetTimestamp();
            await call();
            return Stopwatch.GetElapsedTime(began);
        })));
        return calls.Max();
    }
}
