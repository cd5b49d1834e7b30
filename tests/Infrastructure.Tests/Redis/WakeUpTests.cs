using System.Collections.Concurrent;
using System.Diagnostics;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>What hosts tell each other, and what they do not.</summary>
[TestFixture]
internal sealed class WakeUpTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private TestRedis _redis = null!;
    private RedisHost _here = null!;
    private RedisHost _there = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _redis = await TestRedis.Start();
        _here = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:10");
        _there = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:10");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_reader_at_another_host_is_woken_and_asks_the_table(bool withText)
    {
        var request = new RequestId(Guid.CreateVersion7());
        using var reader = _there.Replies.Subscribe(request);
        var began = Stopwatch.GetTimestamp();
        var waiting = reader.Wait(Long, CancellationToken.None);
        Raise(request, withText ? "text" : null);
        await waiting;
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Long));
        Assert.That(reader.Take(), Is.Empty);
    }

    [Test]
    public async Task What_passes_through_Redis_are_ids_and_never_text()
    {
        ConcurrentQueue<byte[]> heard = new();
        using var listener = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        await listener.GetSubscriber().SubscribeAsync("*", (_, message) => heard.Enqueue((byte[])message!));
        var request = new RequestId(Guid.CreateVersion7());
        Raise(request, "a most private canary");
        await Eventually.Is(() => heard.Any(message => message[0] == (byte)Notice.Reply));
        var notice = heard.First(message => message[0] == (byte)Notice.Reply);
        Assert.That(notice, Is.EqualTo((byte[])[(byte)Notice.Reply, .. _here.Link.Host.ToByteArray(), .. request.Value.ToByteArray()]));
    }

    [Test]
    public async Task Another_hosts_dispatcher_is_called_and_may_not_call_back()
    {
        await _there.Bell.Wait(TimeSpan.Zero, TimeProvider.System, CancellationToken.None);
        var began = Stopwatch.GetTimestamp();
        var waiting = _there.Bell.Wait(Long, TimeProvider.System, CancellationToken.None);
        _here.Bell.CallOthers();
        Assert.That(await waiting, Is.False);
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Long));
        Assert.That(await _here.Bell.Wait(TimeSpan.Zero, TimeProvider.System, CancellationToken.None), Is.True, "nobody rang here: the nap is over");
        _there.Bell.RingFromElsewhere();
        _there.Bell.Ring();
        Assert.That(await _there.Bell.Wait(Long, TimeProvider.System, CancellationToken.None), Is.True, "rung here as well");
    }

    private void Raise(RequestId request, string? text)
    {
        if (text is null)
        {
            _here.Replies.Raise(request);
        }
        else
        {
            _here.Replies.Raise(request, [new ReplyDelta(1, 0, ChunkKind.Text, 0, text) { Id = 1 }]);
        }
    }
}
