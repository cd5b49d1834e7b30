using MeatLizard.Infrastructure.Discord;

namespace MeatLizard.Infrastructure.Tests.Discord;

[TestFixture]
internal sealed class PostingTests : StandInFixture
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);

    [Test]
    public async Task Posts_of_twenty_callers_keep_the_order_of_their_calls()
    {
        StandIn.Limits.Set(PostRoute, 10, Window);
        var bot = NewBot();
        var gate = new Lock();
        var called = new List<string>();
        var posts = new List<Task>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => Task.Run(() =>
        {
            for (var number = 0; number < 5; number++)
            {
                lock (gate)
                {
                    called.Add($"{caller}/{number}");
                    posts.Add(bot.Api.Post(General, new DiscordPost($"{caller}/{number}"), CancellationToken.None));
                }
            }
        })));
        await Task.WhenAll(posts);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Posted(General), Is.EqualTo(called));
            Assert.That(StandIn.Counters.Limited, Is.Zero);
        }
    }

    [Test]
    public async Task Nothing_is_refused_when_the_limits_change_on_the_way()
    {
        StandIn.Limits.Set(PostRoute, 4, Window);
        var bot = NewBot();
        for (var number = 0; number < 40; number++)
        {
            _ = await bot.Api.Post(General, new DiscordPost($"{number}"), CancellationToken.None);
            if (bot.Api.PostBudget(General).Remaining == 0)
            {
                // Discord's next window may be of another kind than this one.
                StandIn.Limits.Set(PostRoute, (number % 5) + 1, Window * (1 + (number % 3)) / 2);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(StandIn.Counters.Limited, Is.Zero);
            Assert.That(Posted(General), Is.EqualTo(Enumerable.Range(0, 40).Select(number => $"{number}")));
        }
    }

    [Test]
    public async Task A_limit_lowered_in_the_middle_of_a_window_costs_at_most_one_refusal_and_no_post()
    {
        StandIn.Limits.Set(PostRoute, 5, TimeSpan.FromMilliseconds(400));
        var bot = NewBot();
        for (var number = 0; number < 12; number++)
        {
            _ = await bot.Api.Post(General, new DiscordPost($"{number}"), CancellationToken.None);
            if (number == 2)
            {
                StandIn.Limits.Set(PostRoute, 2, TimeSpan.FromMilliseconds(200));
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(StandIn.Counters.Limited, Is.LessThanOrEqualTo(1));
            Assert.That(Posted(General), Is.EqualTo(Enumerable.Range(0, 12).Select(number => $"{number}")));
        }
    }

    [Test]
    public async Task All_channels_together_stay_within_the_bots_limit()
    {
        StandIn.Limits.Global = new(10, TimeSpan.FromSeconds(1));
        var guild = StandIn.World.Guilds[Relay.Value];
        var channels = Enumerable.Range(0, 25).Select(number => new Snowflake(StandIn.Rooms.CreateChannel(guild, $"room-{number}").Id)).ToArray();
        var bot = NewBot(change: options => options with { RequestsPerSecond = 10 });
        await Task.WhenAll(channels.Select(channel => bot.Api.Post(channel, new DiscordPost("here"), CancellationToken.None)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(StandIn.Counters.Limited, Is.Zero);
            Assert.That(StandIn.Ledger.Entries, Has.Count.EqualTo(25));
        }
    }

    [Test]
    public async Task The_budget_says_what_can_be_posted_now()
    {
        StandIn.Limits.Set(PostRoute, 3, TimeSpan.FromSeconds(20));
        var bot = NewBot();
        var unknown = bot.Api.PostBudget(General);
        _ = await bot.Api.Post(General, new DiscordPost("one"), CancellationToken.None);
        var known = bot.Api.PostBudget(General);
        _ = await bot.Api.Post(General, new DiscordPost("two"), CancellationToken.None);
        _ = await bot.Api.Post(General, new DiscordPost("three"), CancellationToken.None);
        var spent = bot.Api.PostBudget(General);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(unknown, Is.EqualTo(new DiscordBudget(0, 1, TimeSpan.Zero, TimeSpan.Zero, 0)));
            Assert.That((known.Limit, known.Remaining, known.BlockedFor), Is.EqualTo((3, 2, TimeSpan.Zero)));
            Assert.That(known.ResetsAfter, Is.InRange(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20.1)));
            Assert.That((spent.Limit, spent.Remaining), Is.EqualTo((3, 0)));
            Assert.That(spent.BlockedFor, Is.EqualTo(spent.ResetsAfter).Within(TimeSpan.FromMilliseconds(1)));
            Assert.That(Posted(General), Is.EqualTo(new[] { "one", "two", "three" }));
        }
    }

    [Test]
    public async Task A_post_that_waits_is_written_when_its_turn_comes_and_once()
    {
        var bot = NewBot();
        StandIn.Faults.NeverAnswer();
        using var leaving = new CancellationTokenSource();
        var first = bot.Api.Post(General, new DiscordPost("first"), leaving.Token);
        await Testing.Eventually.Is(() => Posted(General).Length == 1);
        var written = 0;
        StandIn.Faults.Fail(502, 1);
        var second = bot.Api.Post(General, new(DiscordUrgency.Text), () => new($"written {++written}"), CancellationToken.None);
        var budget = bot.Api.PostBudget(General);
        Assert.That(written, Is.Zero);
        await leaving.CancelAsync();
        var message = await second;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((budget.Remaining, budget.Waiting), Is.EqualTo((0, 2)));
            Assert.That((message.Content, written), Is.EqualTo(("written 1", 1)));
            Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        }
    }

    [Test]
    public async Task What_is_urgent_does_not_wait_behind_text_in_other_channels()
    {
        StandIn.Limits.Global = new(4, TimeSpan.FromSeconds(1));
        var guild = StandIn.World.Guilds[Relay.Value];
        var channels = Enumerable.Range(0, 12).Select(number => new Snowflake(StandIn.Rooms.CreateChannel(guild, $"room-{number}").Id)).ToArray();
        var bot = NewBot(change: options => options with { RequestsPerSecond = 4 });
        var texts = channels.Select(channel => bot.Api.Post(channel, new(DiscordUrgency.Text), () => new("text"), CancellationToken.None)).ToArray();
        await Testing.Eventually.Is(() => StandIn.Ledger.Entries.Count >= 3);
        await bot.Api.Post(General, new(DiscordUrgency.End), () => new("end"), CancellationToken.None);
        var before = StandIn.Ledger.Entries.TakeWhile(entry => entry.Content != "end").Count();
        await Task.WhenAll(texts);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.LessThan(8));
            Assert.That(StandIn.Counters.Limited, Is.Zero);
        }
    }

    [Test]
    public async Task Whoever_leaves_the_line_does_not_hold_up_those_behind()
    {
        StandIn.Limits.Set(PostRoute, 1, TimeSpan.FromMilliseconds(300));
        var bot = NewBot();
        _ = await bot.Api.Post(General, new DiscordPost("first"), CancellationToken.None);
        using var leaving = new CancellationTokenSource();
        var waits = bot.Api.Post(General, new DiscordPost("waits"), CancellationToken.None);
        var leaves = bot.Api.Post(General, new DiscordPost("leaves"), leaving.Token);
        var last = bot.Api.Post(General, new DiscordPost("last"), CancellationToken.None);
        await leaving.CancelAsync();
        await Task.WhenAll(waits, last);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(async () => await leaves, Throws.InstanceOf<OperationCanceledException>());
            Assert.That(Posted(General), Is.EqualTo(new[] { "first", "waits", "last" }));
        }
    }

    [Test]
    public async Task Nobody_is_pinged_but_those_who_are_named()
    {
        var bot = NewBot();
        var (olga, anna) = (Olga.User.Id, StandIn.World.User("anna").Id);
        _ = await bot.Api.Post(General, new DiscordPost($"<@{olga}> <@{anna}> @everyone") { MayMention = [new(olga)] }, CancellationToken.None);
        lock (StandIn.World.Gate)
        {
            var message = GeneralRoom.Messages.Values.Single();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(message.Mentions.Select(user => user.Id), Is.EqualTo(new[] { olga }));
                Assert.That(message.MentionsEveryone, Is.False);
            }
        }
    }

    [Test]
    public async Task The_same_nonce_gives_the_same_message()
    {
        var bot = NewBot();
        var post = new DiscordPost("once") { Nonce = "a-nonce-of-22-characters" };
        var first = await bot.Api.Post(General, post, CancellationToken.None);
        var second = await bot.Api.Post(General, post, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Id, Is.EqualTo(first.Id));
            Assert.That(first.Nonce, Is.EqualTo(post.Nonce));
            Assert.That(Posted(General), Is.EqualTo(new[] { "once" }));
        }
    }
}
