using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>Kept answers in Redis: what can be seen of them there, and what becomes of them with it.</summary>
[TestFixture]
internal sealed class SealedAnswerTests
{
    private static readonly AnswerKey Key = new(new UserId(Guid.CreateVersion7()), new string('a', AnswerKey.HashLength));
    private static readonly AnswerCacheOptions Options = new();

    private TestRedis _redis = null!;
    private RedisHost _host = null!;
    private RedisAnswerStore _store = null!;

    private static CancellationToken Token => CancellationToken.None;

    [SetUp]
    public async Task Start()
    {
        _redis = await TestRedis.Start();
        _host = await RedisHost.Start(_redis, "Redis:Timeout", "00:00:10");
        await Eventually.Is(() => _host.Link.Answers);
        _store = Store(1);
        await _store.Keep(
            Key,
            new(new(OriginKind.Worker, "anna-mac", "tiny"), [new(0, ChunkKind.Text, "a most private canary")], [], FinishReason.Stop, new(1, 1), DateTimeOffset.UnixEpoch),
            Token);
    }

    [TearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task Neither_what_was_said_nor_what_was_asked_can_be_told_from_it()
    {
        Assert.That(await _store.Find(Key, Token), Is.Not.Null);
        Assert.That(await Count("string.find(text, 'meatlizard:answer:', 1, true) == 1"), Is.EqualTo(":1"));
        Assert.That(await Count("string.find(text, 'canary', 1, true)"), Is.EqualTo(":0"));
        Assert.That(await Count($"string.find(text, '{Key.Hash}', 1, true)"), Is.EqualTo(":0"), "Nobody can try out which question it is to.");
    }

    [Test]
    public async Task Under_another_master_key_there_is_none() => Assert.That(await Store(2).Find(Key, Token), Is.Null);

    [Test]
    public async Task One_that_somebody_has_put_in_the_place_of_another_is_none()
    {
        var other = Key with { Hash = new string('b', AnswerKey.HashLength) };
        await _store.Keep(other, (await _store.Find(Key, Token))!, Token);
        await _redis.Ask(
            "EVAL \"local keys = redis.call('KEYS', 'meatlizard:answer:*') local one, two = redis.call('GET', keys[1]), redis.call('GET', keys[2]) redis.call('SET', keys[1], two) redis.call('SET', keys[2], one) return #keys\" 0");
        Assert.That(await _store.Find(Key, Token), Is.Null);
        Assert.That(await _store.Find(other, Token), Is.Null);
    }

    [Test]
    public async Task A_Redis_that_was_flushed_has_none_and_takes_new_ones()
    {
        await _redis.Flush();
        Assert.That(await _store.Find(Key, Token), Is.Null);
        Assert.That(await _store.Measure(Token), Is.EqualTo(new CacheSize(0, 0)));
    }

    [Test]
    public async Task While_Redis_is_away_there_is_none_and_nobody_fails()
    {
        await _redis.Kill();
        await Eventually.Is(() => !_host.Link.Answers);
        Assert.That(await _store.Find(Key, Token), Is.Null);
        Assert.That(await _store.Measure(Token), Is.Null);
        Assert.That(async () => await _store.Forget(Key.User, Token), Throws.Nothing);
    }

    private RedisAnswerStore Store(byte key) => new(_host.Link, new MasterKey([.. Enumerable.Repeat(key, 32)]), Options);

    /// <summary>How many keys there are whose name or text is so.</summary>
    private Task<string> Count(string condition) => _redis.Ask(
        "EVAL \"local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do local text = key "
        + "if redis.call('TYPE', key).ok == 'string' then text = text .. ' ' .. redis.call('GET', key) "
        + "elseif redis.call('TYPE', key).ok == 'zset' then text = text .. ' ' .. table.concat(redis.call('ZRANGE', key, 0, -1), ' ') "
        + "elseif redis.call('TYPE', key).ok == 'hash' then text = text .. ' ' .. table.concat(redis.call('HGETALL', key), ' ') end "
        + $"if {condition} then n = n + 1 end end return n\" 0");
}
