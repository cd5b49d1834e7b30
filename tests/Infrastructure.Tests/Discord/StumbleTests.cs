using System.Diagnostics;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>What Discord does on a bad day.</summary>
[TestFixture]
internal sealed class StumbleTests : StandInFixture
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);
    private static readonly RestMatch Posts = new() { Route = PostRoute };

    [Test]
    public async Task After_a_429_nothing_is_sent_before_the_time_that_was_named([Values] LimitScope scope)
    {
        // Discord's whole seconds, for an answer that is not its own.
        var pause = scope == LimitScope.Cloudflare ? TimeSpan.FromSeconds(1) : Pause;
        StandIn.Faults.Limit(scope, pause, times: 1, Posts);
        var bot = NewBot();
        var began = Stopwatch.GetTimestamp();
        _ = await bot.Api.Post(General, new DiscordPost("late"), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThanOrEqualTo(pause));
            Assert.That(Posted(General), Is.EqualTo(new[] { "late" }));
            Assert.That(StandIn.Counters.Limited, Is.Zero);
        }
    }

    [Test]
    public async Task A_429_of_one_channel_does_not_hold_up_another()
    {
        StandIn.Faults.Limit(LimitScope.User, TimeSpan.FromSeconds(30), times: 1, new RestMatch { Channel = General.Value });
        var bot = NewBot();
        using var leaving = new CancellationTokenSource();
        var held = bot.Api.Post(General, new DiscordPost("held"), leaving.Token);
        await Testing.Eventually.Is(() => bot.Api.PostBudget(General).BlockedFor > TimeSpan.Zero);
        _ = await bot.Api.Post(CommunityGeneral, new DiscordPost("free"), CancellationToken.None);
        await leaving.CancelAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bot.Api.PostBudget(CommunityGeneral).BlockedFor, Is.EqualTo(TimeSpan.Zero));
            Assert.That(bot.Api.PostBudget(General).Remaining, Is.Zero);
            Assert.That(async () => await held, Throws.InstanceOf<OperationCanceledException>());
        }
    }

    [Test]
    public async Task A_global_429_holds_up_all_channels()
    {
        StandIn.Faults.Limit(LimitScope.Global, Pause, times: 1, Posts);
        var bot = NewBot();
        var began = Stopwatch.GetTimestamp();
        var first = bot.Api.Post(General, new DiscordPost("first"), CancellationToken.None);
        await Testing.Eventually.Is(() => bot.Log.Lines.Any(line => line.Contains("(global)", StringComparison.Ordinal)));
        _ = await bot.Api.Post(CommunityGeneral, new DiscordPost("second"), CancellationToken.None);
        Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThanOrEqualTo(Pause));
        await first;
    }

    [Test]
    public async Task A_post_outlives_5xx()
    {
        StandIn.Faults.Fail(500, times: 1);
        StandIn.Faults.Fail(503, times: 2);
        _ = await NewBot().Api.Post(General, new DiscordPost("stays"), CancellationToken.None);
        Assert.That(Posted(General), Is.EqualTo(new[] { "stays" }));
    }

    [Test]
    public async Task What_keeps_stumbling_is_given_up_with_a_sentence()
    {
        StandIn.Faults.Fail(502, times: 100);
        var bot = NewBot(change: options => options with { Attempts = 2 });
        var failed = await Thrown<DiscordException>(async () =>
            await bot.Api.Post(General, new DiscordPost("a secret"), CancellationToken.None));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failed.Problem, failed.IsPassing, (int?)failed.Status), Is.EqualTo((DiscordProblem.Overloaded, true, (int?)502)));
            Assert.That(failed.Message, Does.Contain("502").And.Not.Contain("secret"));
            Assert.That(StandIn.Counters.Requests[$"{PostRoute} 502"], Is.EqualTo(2));
        }
    }

    [Test]
    public async Task A_post_whose_answer_was_lost_is_there_once_and_in_its_place([Values] bool answerIsLate)
    {
        var bot = NewBot();
        _ = await bot.Api.Post(General, new DiscordPost("first"), CancellationToken.None);
        if (answerIsLate)
        {
            StandIn.Faults.NeverAnswer(times: 1, Posts);
        }
        else
        {
            StandIn.Faults.CutAfterAccept(times: 2, Posts);
        }

        var began = Stopwatch.GetTimestamp();
        var second = bot.Api.Post(General, new DiscordPost("second"), CancellationToken.None);
        var third = bot.Api.Post(General, new DiscordPost("third"), CancellationToken.None);
        _ = await Task.WhenAll(second, third);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Posted(General), Is.EqualTo(new[] { "first", "second", "third" }));
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(new RelayOptions().AcknowledgeWithin), "An order lives no longer.");
        }
    }

    [Test]
    public async Task What_has_no_nonce_is_not_repeated_when_it_may_have_been_done()
    {
        StandIn.Faults.CutAfterAccept(times: 1, new RestMatch { Route = "POST /guilds/{guild}/channels" });
        var bot = NewBot();
        var draft = new DiscordChannelDraft(DiscordChannelKind.Text, "once", null, null, []);
        var failed = await Thrown<DiscordException>(async () => await bot.Api.CreateChannel(Relay, draft, CancellationToken.None));
        var channels = await bot.Api.Channels(Relay, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Problem, Is.EqualTo(DiscordProblem.Unreachable));
            Assert.That(channels.Count(channel => channel.Name == "once"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_place_where_nobody_listens_is_unreachable()
    {
        var bot = NewBot(change: options => options with { Api = new("http://127.0.0.1:1/"), Attempts = 2 });
        var failed = await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None));
        Assert.That((failed.Problem, failed.IsPassing), Is.EqualTo((DiscordProblem.Unreachable, true)));
    }

    [Test]
    public async Task A_bad_token_is_said_once_and_nothing_more_is_sent()
    {
        var bot = NewBot(change: options => options with { Token = "not-the-token-that-it-was" });
        var first = await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None));
        var asked = StandIn.Counters.Requests.Values.Sum();
        var second = await Thrown<DiscordException>(async () =>
            await bot.Api.Post(General, new DiscordPost("hello"), CancellationToken.None));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Problem, second.Problem), Is.EqualTo((DiscordProblem.Unauthorized, DiscordProblem.Unauthorized)));
            Assert.That(first.Message, Does.Contain("token").And.Contain("developer portal"));
            Assert.That(StandIn.Counters.Requests.Values.Sum(), Is.EqualTo(asked));
            Assert.That(bot.Log.Lines, Has.None.Contain("not-the-token-that-it-was"));
        }
    }

    [Test]
    public async Task A_token_that_was_refused_is_tried_again_now_and_then()
    {
        var time = new TurnedTime();
        var bot = NewBot(time);
        StandIn.Faults.Fail(401, times: 2);
        Assert.That((await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None))).Problem, Is.EqualTo(DiscordProblem.Unauthorized));
        time.Turn(TimeSpan.FromMinutes(5));
        Assert.That((await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None))).Problem, Is.EqualTo(DiscordProblem.Unauthorized));
        var asked = StandIn.Counters.Requests.Values.Sum();
        time.Turn(TimeSpan.FromMinutes(4));
        Assert.That((await Thrown<DiscordException>(async () => await bot.Api.WhoAmI(CancellationToken.None))).Problem, Is.EqualTo(DiscordProblem.Unauthorized));
        Assert.That(StandIn.Counters.Requests.Values.Sum(), Is.EqualTo(asked), "It was not time yet.");

        time.Turn(TimeSpan.FromMinutes(1));
        Assert.That(await bot.Api.WhoAmI(CancellationToken.None), Is.Not.Null);
        Assert.That(await bot.Api.WhoAmI(CancellationToken.None), Is.Not.Null);
    }

    [Test]
    public async Task A_channel_that_is_gone_or_closed_is_told_apart()
    {
        var bot = NewBot();
        var bots = StandIn.World.Users[DefaultWorld.ServerBot];
        var dumb = StandIn.Rooms.CreateChannel(StandIn.World.Guilds[Relay.Value], "dumb");
        var hidden = StandIn.Rooms.CreateChannel(StandIn.World.Guilds[Relay.Value], "hidden");
        StandIn.Rooms.TakeAway(dumb, bots, Permissions.SendMessages);
        StandIn.Rooms.TakeAway(hidden, bots, Permissions.ViewChannel);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Problem(bot, new(4711)), Is.EqualTo((DiscordProblem.Gone, 10003)));
            Assert.That(await Problem(bot, new(hidden.Id)), Is.EqualTo((DiscordProblem.NoAccess, 50001)));
            Assert.That(await Problem(bot, new(dumb.Id)), Is.EqualTo((DiscordProblem.NoPermission, 50013)));
        }
    }

    [Test]
    public async Task What_Discord_finds_wrong_is_named_by_its_field()
    {
        var bot = NewBot();
        var failed = await Thrown<DiscordException>(async () =>
            await bot.Api.Post(General, new DiscordPost(new string('x', 2_001)), CancellationToken.None));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((failed.Problem, failed.IsPassing), Is.EqualTo((DiscordProblem.Refused, false)));
            Assert.That(failed.Message, Does.Contain("content").And.Not.Contain("xxx"));
        }
    }

    private static async Task<(DiscordProblem Problem, int Code)> Problem(Bot bot, Snowflake channel)
    {
        try
        {
            _ = await bot.Api.Post(channel, new DiscordPost("hello"), CancellationToken.None);
            throw new InvalidOperationException("It was posted.");
        }
        catch (DiscordException failed)
        {
            return (failed.Problem, failed.Code);
        }
    }

    /// <summary>Time that has passed by the monotonic clock, which a test turns; timers run as ever.</summary>
    private sealed class TurnedTime : TimeProvider
    {
        private long _turned;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _turned);

        public void Turn(TimeSpan by) => Interlocked.Add(ref _turned, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
