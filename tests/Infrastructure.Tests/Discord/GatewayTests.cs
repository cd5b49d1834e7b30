using System.Diagnostics;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class GatewayTests : StandInFixture
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override StandInOptions Options => new()
    {
        HeartbeatInterval = Interval,
        HeartbeatPatience = TimeSpan.FromSeconds(20),
        Limits = new RateLimits { IdentifyAtOnce = new RateLimit(1_000, TimeSpan.FromSeconds(5)) },
    };

    [Test]
    public async Task A_new_session_tells_who_the_bot_is_and_that_events_may_be_missing_and_then_its_guilds()
    {
        var bot = NewBot();
        _ = bot.Listen();
        await Eventually.Is(() => bot.Heard.Count >= 4);
        var available = bot.Heard.OfType<GuildAvailable>().ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Heard[0], Is.InstanceOf<GatewayReady>());
            Assert.That(((GatewayReady)bot.Heard[0]).Bot.Id, Is.EqualTo(new Snowflake(DefaultWorld.ServerBot)));
            Assert.That(((GatewayReady)bot.Heard[0]).Guilds, Is.EqualTo(new[] { Relay, Community }));
            Assert.That(bot.Heard[1], Is.EqualTo(new EventsMissed(null)));
            Assert.That(available.Select(one => one.Guild.Id), Is.EqualTo(new[] { Relay, Community }));
            Assert.That(available[0].Self?.User.Id, Is.EqualTo(new Snowflake(DefaultWorld.ServerBot)));
            Assert.That(available[0].Channels.Select(channel => (channel.Id, channel.GuildId)), Is.EqualTo(new[] { (General, (Snowflake?)Relay) }));
            Assert.That(bot.Gateway.Status.State, Is.EqualTo(DiscordGatewayState.Connected));
            Assert.That(bot.Gateway.Status.Problem, Is.Null);
            Assert.That(bot.Gateway.Status.IdentifiesLeft, Is.EqualTo(19));
        }
    }

    [Test]
    public async Task What_happens_in_the_guilds_is_told()
    {
        var bot = NewBot();
        await bot.Connected();
        var guild = StandIn.World.Guilds[Relay.Value];
        var self = StandIn.World.Users[DefaultWorld.ServerBot];
        var room = StandIn.Rooms.CreateChannel(guild, "room", topic: "old");
        var id = new Snowflake(room.Id);
        var message = Olga.Post(room, "hello", ("f.bin", [1, 2, 3]));
        Olga.Edit(message, "hello again");
        Olga.Delete(message);
        StandIn.Rooms.ChangeChannel(room, changed => changed.Topic = "new");
        StandIn.Rooms.DeleteChannel(room);
        var role = StandIn.Rooms.CreateRole(guild, "role", Permissions.None);
        StandIn.Rooms.GiveRole(guild, self, role, give: true);
        StandIn.Rooms.Leave(guild, self);
        await Eventually.Is(() => bot.Heard.Any(one => one is GuildRemoved));
        var told = bot.Heard.SkipWhile(one => one is not ChannelCreated).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((ChannelCreated)told[0]).Channel, Has.Property(nameof(DiscordChannel.Id)).EqualTo(id));
            Assert.That(((MessageCreated)told[1]).Message, Has.Property(nameof(DiscordMessage.Content)).EqualTo("hello")
                .And.Property(nameof(DiscordMessage.GuildId)).EqualTo(Relay));
            Assert.That(((MessageCreated)told[1]).Message.Attachments.Single().Size, Is.EqualTo(3));
            Assert.That(told[2], Is.EqualTo(new MessageUpdated(id, new(message.Id), new(Olga.User.Id), "hello again")));
            Assert.That(((MessagesDeleted)told[3]).Messages, Is.EqualTo(new[] { new Snowflake(message.Id) }));
            Assert.That(((ChannelUpdated)told[4]).Channel.Topic, Is.EqualTo("new"));
            Assert.That(told[5], Is.EqualTo(new ChannelDeleted(id, Relay)));
            Assert.That(told[6..^1], Is.EqualTo(new DiscordEvent[] { new GuildRightsChanged(Relay), new GuildRightsChanged(Relay) }));
            Assert.That(told[^1], Is.EqualTo(new GuildRemoved(Relay)));
        }
    }

    [Test]
    public async Task A_cut_line_is_resumed_where_Discord_said_and_nothing_is_lost_or_told_twice()
    {
        var bot = NewBot();
        await bot.Connected();
        for (var number = 0; number < 60; number++)
        {
            _ = Olga.Post(GeneralRoom, $"{number}");
            if (number is 20 or 40)
            {
                _ = StandIn.Faults.Cut();
            }
        }

        await Eventually.Is(() => bot.Said.Count >= 60);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Said, Is.EqualTo(Enumerable.Range(0, 60).Select(number => $"{number}")));
            Assert.That(AtGateway("identify"), Is.EqualTo(1));
            Assert.That(AtGateway("resume"), Is.GreaterThanOrEqualTo(1));
            Assert.That(AtGateway("resume-elsewhere"), Is.Zero);
            Assert.That(bot.Heard.OfType<EventsMissed>().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_gateway_that_no_longer_answers_is_left_for_another_connection([Values] bool halfOpen)
    {
        var bot = NewBot();
        await bot.Connected();
        _ = halfOpen ? StandIn.Faults.HalfOpen() : StandIn.Faults.WithholdAcks();
        _ = Olga.Post(GeneralRoom, "said into the void");
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        await Eventually.Is(() => bot.Said.Count == 1);
        Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Asked_to_reconnect_it_resumes()
    {
        var bot = NewBot();
        await bot.Connected();
        _ = StandIn.Faults.Reconnect();
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        Assert.That((AtGateway("identify"), AtGateway("resume"), AtGateway("resume-elsewhere")), Is.EqualTo((1, 1, 0)));
    }

    [Test]
    public async Task Asked_for_a_heartbeat_it_sends_one_at_once()
    {
        // Of its own accord it sends none while the clock stands, but where the part of an interval that it waits first is none: once in a thousand.
        var bot = NewBot(new StoppedClock());
        await bot.Connected();
        _ = StandIn.Faults.AskForHeartbeat();
        await Eventually.Is(() => bot.Gateway.Status.RoundTrip is not null);
    }

    [Test]
    public async Task An_interrupted_session_is_resumed()
    {
        var bot = NewBot();
        await bot.Connected();
        _ = StandIn.Faults.Invalidate(resumable: true);
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_session_that_is_over_is_begun_anew_after_one_to_five_seconds_and_says_that_events_may_be_missing()
    {
        var clock = new StoppedClock();
        var bot = NewBot(clock);
        await bot.Connected();
        var heardAt = clock.GetUtcNow();
        _ = StandIn.Faults.Invalidate(resumable: false);
        await Eventually.Is(() => bot.Gateway.Status.State == DiscordGatewayState.Waiting);
        var status = bot.Gateway.Status;
        await bot.Until(clock, () => bot.Heard.OfType<GatewayReady>().Count() == 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.NextTry - status.Since, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
            Assert.That(status.Problem, Is.Not.Null);
            Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((2, 0)));
        }

        await Eventually.Is(() => bot.Heard.Any(one => one is EventsMissed { Since: { } since } && since == heardAt));
    }

    [Test]
    public async Task After_these_codes_the_session_is_resumed([Values(1000, 1001, 1011, 4000, 4001, 4002, 4003, 4005, 4008)] int code)
    {
        var bot = NewBot();
        await bot.Connected();
        _ = StandIn.Faults.Close(code);
        if (code is 1000 or 1001)
        {
            // The stand-in ends the session then, as Discord may; asking costs nothing, and the next session is a new one.
            await Eventually.Is(() => AtGateway("identify") == 2);
            Assert.That(AtGateway("invalid-session"), Is.EqualTo(1));
            return;
        }

        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task After_these_codes_a_new_session_is_begun([Values(4007, 4009)] int code)
    {
        var clock = new StoppedClock();
        var bot = NewBot(clock);
        await bot.Connected();
        _ = StandIn.Faults.Close(code);
        await bot.Until(clock, () => bot.Heard.OfType<GatewayReady>().Count() == 2);
        Assert.That((AtGateway("identify"), AtGateway("resume"), AtGateway("invalid-session")), Is.EqualTo((2, 0, 0)));
    }

    [TestCase(4004, "token", "developer portal")]
    [TestCase(4010, "share of guilds", "newer version")]
    [TestCase(4011, "many guilds", "Take it out")]
    [TestCase(4012, "version 10", "newer version")]
    [TestCase(4013, "intents", "Correct")]
    [TestCase(4014, "Message Content Intent", "Privileged Gateway Intents")]
    public async Task After_these_codes_it_ends_with_the_cause_and_the_next_step(int code, string cause, string step)
    {
        var bot = NewBot();
        await bot.Connected();
        _ = StandIn.Faults.Close(code);
        var ended = await Thrown<DiscordGatewayException>(async () => await bot.Reading.WaitAsync(TimeSpan.FromSeconds(20)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.CloseCode, Is.EqualTo(code));
            Assert.That(ended.Message, Does.Contain(cause).And.Contain(step));
            Assert.That(bot.Gateway.Status, Has.Property(nameof(DiscordGatewayStatus.State)).EqualTo(DiscordGatewayState.Stopped)
                .And.Property(nameof(DiscordGatewayStatus.Problem)).EqualTo(ended.Message));
            Assert.That(bot.Log.Lines, Has.None.Contain(DefaultWorld.ServerBotToken));
        }
    }

    [Test]
    public async Task Intents_that_are_not_switched_on_end_it_at_the_start()
    {
        var bot = NewBot(change: options => options with { Intents = options.Intents | DiscordIntents.GuildMembers });
        _ = bot.Listen();
        var ended = await Thrown<DiscordGatewayException>(async () => await bot.Reading.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.That(ended.Message, Does.Contain("Server Members Intent"));
    }

    [Test]
    public async Task A_bad_token_ends_it_before_anything_is_begun()
    {
        var bot = NewBot(change: options => options with { Token = "wrong" });
        _ = bot.Listen();
        var ended = await Thrown<DiscordGatewayException>(async () => await bot.Reading.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.That(ended.CloseCode, Is.EqualTo(4004));
    }

    [Test]
    public async Task What_comes_twice_or_out_of_order_is_told_once_and_in_order()
    {
        var bot = NewBot();
        await bot.Connected();
        _ = StandIn.Faults.Duplicate(3);
        _ = StandIn.Faults.Swap(4);
        for (var number = 0; number < 30; number++)
        {
            _ = Olga.Post(GeneralRoom, $"{number}");
        }

        await Eventually.Is(() => bot.Said.Count >= 30);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Said, Is.EqualTo(Enumerable.Range(0, 30).Select(number => $"{number}")));
            Assert.That(AtGateway("resume"), Is.Zero);
        }
    }

    [Test]
    public async Task A_reader_who_is_slow_holds_up_the_line_and_does_not_lose_it()
    {
        var released = new TaskCompletionSource();
        var bot = NewBot();
        await bot.Connected();
        bot.OnEvent = _ => released.Task;
        for (var number = 0; number < 600; number++)
        {
            _ = Olga.Post(GeneralRoom, $"{number}");
        }

        // Several heartbeats go by meanwhile whose answers nobody reads.
        var began = Stopwatch.GetTimestamp();
        await Eventually.Is(() => Stopwatch.GetElapsedTime(began) > 4 * Interval);
        released.SetResult();
        await Eventually.Is(() => bot.Said.Count >= 600);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Said, Is.EqualTo(Enumerable.Range(0, 600).Select(number => $"{number}")));
            Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((1, 0)));
        }
    }

    [Test]
    public async Task It_comes_back_when_Discord_does()
    {
        var bot = NewBot();
        await bot.Connected();
        StandIn.Faults.RefuseConnections(TimeSpan.FromHours(1));
        _ = StandIn.Faults.Cut();
        await Eventually.Is(() => bot.Gateway.Status is { State: DiscordGatewayState.Waiting, Problem: { Length: > 0 } });
        await Eventually.Is(() => StandIn.Counters.Gateway.GetValueOrDefault("refused") >= 3);
        StandIn.Faults.RefuseConnections(TimeSpan.Zero);
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        Assert.That(AtGateway("identify"), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_one_reads_at_a_time_and_another_can_follow()
    {
        var bot = NewBot();
        await bot.Connected();
        var second = bot.Gateway.Events(CancellationToken.None).GetAsyncEnumerator();
        _ = await Thrown<InvalidOperationException>(async () => await second.MoveNextAsync());
        await bot.Leave();
        Assert.That(bot.Gateway.Status.State, Is.EqualTo(DiscordGatewayState.Idle));
        await bot.Connected();
        await Eventually.Is(() => bot.Heard.Any(one => one is GatewayResumed));
        Assert.That(AtGateway("identify"), Is.EqualTo(1));
    }
}
