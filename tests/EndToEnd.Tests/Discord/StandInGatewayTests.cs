using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>What the gateway enforces, seen by a client that does exactly what the test says.</summary>
[TestFixture]
internal sealed class StandInGatewayTests
{
    private const int Messages = (int)(Intents.Guilds | Intents.GuildMessages), WithContent = Messages | (int)Intents.MessageContent;

    private const ulong Server = DefaultWorld.ServerBot;

    private StoppedClock _clock = null!;
    private StandIn _discord = null!;
    private Channel _general = null!;

    [SetUp]
    public async Task Start()
    {
        _clock = new StoppedClock();
        _discord = await StandIn.Start(new StandInOptions { Time = _clock });
        _general = _discord.World.Channel("Lizard community", "general");
    }

    [TearDown]
    public async Task Stop() => await _discord.DisposeAsync();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_session_begins_with_ready_and_its_guilds_and_hears_what_is_posted(bool compressed)
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, WithContent, compressed);
        _discord.Human("anna").Post(_general, "one");
        _discord.Human("ben").Post(_general, "two ✓");
        Assert.That((string?)(await probe.Hear("MESSAGE_CREATE"))["content"], Is.EqualTo("one"));
        Assert.That((string?)(await probe.Hear("MESSAGE_CREATE"))["content"], Is.EqualTo("two ✓"));
    }

    [Test]
    public async Task A_heartbeat_is_acknowledged()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        await probe.Send(1, probe.Sequence);
        await probe.HearOp(11);
    }

    [Test]
    public async Task Without_the_intent_content_is_blank_unless_the_bot_is_mentioned_or_wrote_it()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        _discord.Human("anna").Post(_general, "not for you");
        _discord.Human("anna").Post(_general, $"<@{Server}> for you");
        using var rest = new RestProbe(_discord, DefaultWorld.ServerBotToken);
        await rest.Post($"channels/{_general.Id}/messages", new { content = "mine" });
        string?[] heard = [await Content(probe), await Content(probe), await Content(probe)];
        Assert.That(heard, Is.EqualTo(["", $"<@{Server}> for you", "mine"]));
    }

    [Test]
    public async Task Messages_reach_only_those_who_may_view_the_channel()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, WithContent);
        _discord.Human("adam").Post(_discord.World.Channel("Lizard community", "staff"), "among ourselves");
        _discord.Human("anna").Post(_general, "for all");
        Assert.That(await Content(probe), Is.EqualTo("for all"));
    }

    [Test]
    public async Task A_resume_replays_what_was_missed_and_nothing_else()
    {
        var first = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, WithContent);
        _discord.Human("anna").Post(_general, "heard");
        await first.Hear("MESSAGE_CREATE");
        first.Vanish();
        _discord.Human("anna").Post(_general, "missed");

        using var second = await GatewayProbe.Connect(_discord, path: "resume");
        await second.Resume(DefaultWorld.ServerBotToken, first.SessionId, first.Sequence);
        Assert.That(await Content(second), Is.EqualTo("missed"));
        await second.Hear("RESUMED");
        _discord.Human("anna").Post(_general, "afterwards");
        Assert.That(await Content(second), Is.EqualTo("afterwards"));
        Assert.That(_discord.Counters.Of("resume", Server), Is.EqualTo(1));
        first.Dispose();
    }

    [TestCase(4000, true)]
    [TestCase(4999, true)]
    [TestCase(1000, false)]
    [TestCase(1001, false)]
    public async Task A_session_that_its_client_closes_can_be_resumed_unless_it_said_goodbye(int code, bool resumable)
    {
        using var first = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        await first.Leave(code);
        await Eventually.Is(() => _discord.Counters.Of("disconnect", Server) == 1);
        using var second = await GatewayProbe.Connect(_discord);
        await second.Resume(DefaultWorld.ServerBotToken, first.SessionId, first.Sequence);
        if (resumable)
            await second.Hear("RESUMED");
        else
            Assert.That((bool?)await second.HearOp(9), Is.False);
    }

    [Test]
    public async Task A_session_is_not_kept_for_ever()
    {
        using var first = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        first.Vanish();
        await Eventually.Is(() => _discord.Counters.Of("disconnect", Server) == 1);
        _clock.Advance(TimeSpan.FromMinutes(4));
        using var second = await GatewayProbe.Connect(_discord);
        await second.Resume(DefaultWorld.ServerBotToken, first.SessionId, first.Sequence);
        Assert.That((bool?)await second.HearOp(9), Is.False);
    }

    [TestCase("wrong token", Messages, 4004)]
    [TestCase(DefaultWorld.ServerBotToken, 1 << 30, 4013)]
    [TestCase(DefaultWorld.ServerBotToken, (int)Intents.GuildMembers, 4014)]
    [TestCase(DefaultWorld.ClientBotToken, WithContent, 4014)]
    public async Task A_wrong_identify_is_hung_up_on(string token, int intents, int code)
    {
        using var probe = await GatewayProbe.Connect(_discord);
        await probe.Identify(token, intents);
        Assert.That(await probe.Closed(), Is.EqualTo(code));
    }

    [TestCase("{\"op\":99,\"d\":null}", 4001)]
    [TestCase("{\"op\":", 4002)]
    [TestCase("{\"op\":3,\"d\":{}}", 4003)]
    [TestCase("{\"op\":6,\"d\":{\"token\":\"wrong\",\"session_id\":\"x\",\"seq\":1}}", 4004)]
    public async Task A_payload_that_makes_no_sense_is_hung_up_on(string payload, int code)
    {
        using var probe = await GatewayProbe.Connect(_discord);
        await probe.Raw(payload);
        Assert.That(await probe.Closed(), Is.EqualTo(code));
    }

    [Test]
    public async Task A_payload_of_more_than_4096_bytes_is_hung_up_on()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        await probe.Send(3, new { status = new string('x', 4100) });
        Assert.That(await probe.Closed(), Is.EqualTo(4002));
    }

    [Test]
    public async Task A_second_identify_is_hung_up_on()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        await probe.Identify(DefaultWorld.ServerBotToken, Messages);
        Assert.That(await probe.Closed(), Is.EqualTo(4005));
    }

    [Test]
    public async Task A_resume_from_the_future_is_hung_up_on()
    {
        using var first = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        first.Vanish();
        using var second = await GatewayProbe.Connect(_discord);
        await second.Resume(DefaultWorld.ServerBotToken, first.SessionId, first.Sequence + 100);
        Assert.That(await second.Closed(), Is.EqualTo(4007));
    }

    [Test]
    public async Task The_121st_payload_in_a_minute_is_hung_up_on()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        for (var i = 0; i < 119; i++)
            await probe.Send(3, new { });
        await probe.Send(1, 1);
        Assert.That(await probe.Closed(), Is.EqualTo(4008));
    }

    [Test]
    public async Task Who_sends_no_heartbeat_is_hung_up_on_and_his_session_is_over()
    {
        using var probe = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        _clock.Advance(TimeSpan.FromSeconds(100));
        Assert.That(await probe.Closed(), Is.EqualTo(4009));
        using var second = await GatewayProbe.Connect(_discord);
        await second.Resume(DefaultWorld.ServerBotToken, probe.SessionId, probe.Sequence);
        Assert.That((bool?)await second.HearOp(9), Is.False);
    }

    [TestCase("v=9&encoding=json", 4012)]
    [TestCase("v=10&encoding=etf", 4002)]
    public async Task Another_version_or_encoding_is_hung_up_on(string query, int code)
    {
        using var probe = await GatewayProbe.Connect(_discord, query: query);
        Assert.That(await probe.Closed(), Is.EqualTo(code));
    }

    [Test]
    public async Task Sessions_that_begin_too_fast_are_refused_and_those_beyond_the_budget_cost_the_token()
    {
        _discord.Limits.Identify = new(2, TimeSpan.FromHours(24));
        using var first = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        using var hasty = await GatewayProbe.Connect(_discord);
        await hasty.Identify(DefaultWorld.ServerBotToken, Messages);
        Assert.That((bool?)await hasty.HearOp(9), Is.False);

        _clock.Advance(TimeSpan.FromSeconds(5));
        using var second = await GatewayProbe.Login(_discord, DefaultWorld.ServerBotToken, Messages);
        using var rest = new RestProbe(_discord, DefaultWorld.ServerBotToken);
        var left = (await rest.Get("gateway/bot")).Json!["session_start_limit"]!;
        Assert.That((int?)left["remaining"], Is.Zero);

        _clock.Advance(TimeSpan.FromSeconds(5));
        using var third = await GatewayProbe.Connect(_discord);
        await third.Identify(DefaultWorld.ServerBotToken, Messages);
        Assert.That(await third.Closed(), Is.EqualTo(4004));
        Assert.That((await rest.Get("users/@me")).Status, Is.EqualTo(401));
    }

    private static async Task<string?> Content(GatewayProbe probe) => (string?)(await probe.Hear("MESSAGE_CREATE"))["content"];
}
