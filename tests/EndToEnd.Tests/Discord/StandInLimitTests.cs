using System.Globalization;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>Limits are enforced, said in headers, and can change at any time; the clock is moved by hand.</summary>
[TestFixture]
internal sealed class StandInLimitTests
{
    private const string Create = "POST /channels/{channel}/messages";

    private StoppedClock _clock = null!;
    private StandIn _discord = null!;
    private RestProbe _bot = null!;
    private string _general = null!, _other = null!;

    [SetUp]
    public async Task Start()
    {
        _clock = new StoppedClock();
        _discord = await StandIn.Start(new StandInOptions { Time = _clock });
        _bot = new RestProbe(_discord, DefaultWorld.ServerBotToken);
        _general = $"channels/{_discord.World.Channel("Lizard community", "general").Id}/messages";
        _other = $"channels/{_discord.World.Channel("Lizard community", "ask-the-lizard").Id}/messages";
    }

    [TearDown]
    public async Task Stop()
    {
        _bot.Dispose();
        await _discord.DisposeAsync();
    }

    [Test]
    public async Task Every_answer_says_what_is_left_of_its_bucket()
    {
        var first = await Post(_general);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var second = await Post(_general);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Header("X-RateLimit-Limit"), Is.EqualTo("5"));
            Assert.That(first.Header("X-RateLimit-Remaining"), Is.EqualTo("4"));
            Assert.That(first.Header("X-RateLimit-Reset-After"), Is.EqualTo("5.000"));
            Assert.That(second.Header("X-RateLimit-Remaining"), Is.EqualTo("3"));
            Assert.That(second.Header("X-RateLimit-Reset-After"), Is.EqualTo("3.000"));
            Assert.That(
                double.Parse(second.Header("X-RateLimit-Reset")!, CultureInfo.InvariantCulture),
                Is.EqualTo((_clock.GetUtcNow() + TimeSpan.FromSeconds(3)).ToUnixTimeMilliseconds() / 1000.0));
            Assert.That(second.Header("X-RateLimit-Bucket"), Is.EqualTo(first.Header("X-RateLimit-Bucket")));
        }
    }

    [Test]
    public async Task The_sixth_message_in_five_seconds_is_refused_and_not_posted()
    {
        for (var i = 0; i < 5; i++)
            Assert.That((await Post(_general)).Status, Is.EqualTo(200));
        _clock.Advance(TimeSpan.FromSeconds(3.6));
        var refused = await Post(_general);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(429));
            Assert.That((double?)refused.Json!["retry_after"], Is.EqualTo(1.4));
            Assert.That((bool?)refused.Json["global"], Is.False);
            Assert.That(refused.Header("Retry-After"), Is.EqualTo("2"));
            Assert.That(refused.Header("X-RateLimit-Scope"), Is.EqualTo("user"));
            Assert.That(_discord.Ledger.Entries, Has.Count.EqualTo(5));
            Assert.That(_discord.Counters.Limited, Is.EqualTo(1));
        }

        _clock.Advance(TimeSpan.FromSeconds(1.4));
        Assert.That((await Post(_general)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Channels_and_bots_have_buckets_of_their_own()
    {
        for (var i = 0; i < 5; i++)
            await Post(_general);
        Assert.That((await Post(_other)).Header("X-RateLimit-Remaining"), Is.EqualTo("4"));

        var relay = $"channels/{_discord.World.Channel("Olga's relay", "general").Id}/messages";
        using var other = new RestProbe(_discord, DefaultWorld.ClientBotToken);
        for (var i = 0; i < 5; i++)
            await Post(relay);
        Assert.That((await other.Post(relay, new { content = "mine" })).Header("X-RateLimit-Remaining"), Is.EqualTo("4"));
    }

    [Test]
    public async Task The_51st_request_in_a_second_is_refused_whatever_it_asks_for()
    {
        _discord.Limits.Otherwise = new(1_000, TimeSpan.FromSeconds(1));
        for (var i = 0; i < 50; i++)
            Assert.That((await _bot.Get("users/@me")).Status, Is.EqualTo(200));
        var refused = await Post(_general);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(429));
            Assert.That((bool?)refused.Json!["global"], Is.True);
            Assert.That(refused.Header("X-RateLimit-Global"), Is.EqualTo("true"));
            Assert.That(refused.Header("X-RateLimit-Scope"), Is.EqualTo("global"));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await Post(_general)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_limit_that_changes_holds_from_the_next_request_on()
    {
        await Post(_general);
        _discord.Limits.Set(Create, 2, TimeSpan.FromSeconds(1));
        Assert.That((await Post(_general)).Header("X-RateLimit-Limit"), Is.EqualTo("2"));
        Assert.That((await Post(_general)).Status, Is.EqualTo(429));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await Post(_general)).Header("X-RateLimit-Reset-After"), Is.EqualTo("1.000"));
    }

    [Test]
    public async Task Who_asks_too_often_for_what_is_refused_is_cut_off()
    {
        _discord.Limits.Invalid = new(3, TimeSpan.FromMinutes(10));
        for (var i = 0; i < 3; i++)
            Assert.That((await _bot.Get($"channels/{_discord.World.Channel("Lizard community", "staff").Id}")).Status, Is.EqualTo(403));
        var cutOff = await _bot.Get("users/@me");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cutOff.Status, Is.EqualTo(429));
            Assert.That(cutOff.Json, Is.Null);
            Assert.That(cutOff.Header("X-RateLimit-Scope"), Is.Null);
            Assert.That(cutOff.Header("Retry-After"), Is.EqualTo("600"));
        }

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That((await _bot.Get("users/@me")).Status, Is.EqualTo(200));
    }

    [TestCase(LimitScope.User, "user", false)]
    [TestCase(LimitScope.Shared, "shared", false)]
    [TestCase(LimitScope.Global, "global", true)]
    public async Task A_429_of_each_scope_comes_on_command(LimitScope scope, string name, bool global)
    {
        _discord.Limits.Invalid = new(1, TimeSpan.FromMinutes(10));
        _discord.Faults.Limit(scope, TimeSpan.FromSeconds(0.25), match: new RestMatch { Route = Create });
        Assert.That((await _bot.Get("users/@me")).Status, Is.EqualTo(200));
        var refused = await Post(_general);
        var after = await Post(_general);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(429));
            Assert.That(refused.Header("X-RateLimit-Scope"), Is.EqualTo(name));
            Assert.That((bool?)refused.Json!["global"], Is.EqualTo(global));
            Assert.That((double?)refused.Json["retry_after"], Is.EqualTo(0.25));

            // Only a shared one is not the bot's own fault.
            Assert.That(after.Status, Is.EqualTo(scope == LimitScope.Shared ? 200 : 429));
            Assert.That(_discord.Counters.Limited, Is.EqualTo(scope == LimitScope.Shared ? 0 : 1));
        }
    }

    private Task<RestReply> Post(string path) => _bot.Post(path, new { content = "hello" });
}
