using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>A worker that is reached through the owner's guild and nothing else.</summary>
[TestFixture]
internal sealed class DiscordRelayTests : DiscordRelayFixture
{
    /// <summary>An order that is out of a worker's sight is found again; given out again it is only when it was not.</summary>
    protected override IReadOnlyList<string> Settings => ["--Relay:AcknowledgeWithin=00:01:00"];

    [Test]
    public async Task A_message_is_answered_through_the_relay_guild_and_says_nothing_there()
    {
        await using var worker = await StartWorker(new());
        var answer = await Owner.Say(await Owner.OpenSession(), "hello over there");
        var message = answer.Json.GetProperty("reply");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.GetProperty("text").GetString(), Is.EqualTo("hello over there"));
            Assert.That(message.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo(Worker));
            Assert.That(Discord.Ledger.Entries.Select(entry => entry.GuildId), Is.All.EqualTo(DefaultWorld.RelayGuild));
            Assert.That(Discord.Ledger.Entries.Select(entry => entry.Content), Has.None.Contains("hello"));
        }
    }

    [Test]
    public async Task A_worker_that_is_sent_away_gets_nothing_new_within_five_seconds()
    {
        await using var worker = await StartWorker(new());
        _ = await Owner.Say(await Owner.OpenSession(), "hello over there");
        var revoked = await Owner.Delete($"/api/v1/admin/workers/{Worker}");
        Assert.That(revoked.Status, Is.EqualTo(204), revoked.Text);
        await Eventually.Is(
            () => !Host.Services.GetRequiredService<DiscordCarrier>().Reaches(new WorkerId(Worker)),
            within: TimeSpan.FromSeconds(5));
        await Eventually.Is(
            () => Discord.World.Channels.Values.All(channel => channel.Name != $"control-{Worker}"),
            within: TimeSpan.FromSeconds(30));
        var posts = Discord.Ledger.By(DefaultWorld.ServerBot).Count;
        var turn = await Owner.Post($"/api/v1/sessions/{await Owner.OpenSession()}/messages", new { content = "still there?" }, ("Prefer", "wait=30"));
        Assert.That(turn.Json.GetProperty("reply").GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(Discord.Ledger.By(DefaultWorld.ServerBot), Has.Count.EqualTo(posts));
    }

    [Test]
    public async Task An_order_that_was_posted_out_of_the_workers_sight_is_found_when_it_sees_again()
    {
        await using var worker = await StartWorker(new());

        // A channel as a whole may be changed twice in ten minutes.
        for (var round = 0; round < 3; round++)
        {
            CloseRelayChannels();
            await IsAnsweredAtOnce();
        }
    }

    [Test]
    public async Task An_order_is_found_in_a_channel_that_was_made_after_the_worker_had_come()
    {
        await using var worker = await StartWorker(new());
        await MakeRelayChannelsAnew(before: () => { });
        CloseRelayChannels();
        await IsAnsweredAtOnce();
    }

    [Test]
    public async Task An_order_is_found_in_a_channel_that_was_made_while_the_worker_was_away()
    {
        await using var worker = await StartWorker(new());
        await MakeRelayChannelsAnew(before: () =>
        {
            Discord.Faults.RefuseConnections(TimeSpan.FromSeconds(5));
            Discord.Faults.Invalidate(resumable: false, DefaultWorld.ClientBot);
        });
        CloseRelayChannels();
        await IsAnsweredAtOnce();
    }

    [Test]
    public async Task A_control_channel_that_was_replaced_while_the_worker_was_away_is_found()
    {
        await using var worker = await StartWorker(new());
        var old = Discord.World.Channels.Values.Single(one => one.Name == $"control-{Worker}");

        // Nobody tells the worker what happens until it is back, and then it is a new session, which is told nothing of before.
        Discord.Faults.RefuseConnections(TimeSpan.FromSeconds(5));
        Discord.Faults.Invalidate(resumable: false, DefaultWorld.ClientBot);
        Discord.Rooms.DeleteChannel(old);
        await Eventually.Is(
            () => Discord.World.Channels.Values.ToArray().Any(one => one.Name == $"control-{Worker}" && one.Id != old.Id), within: TimeSpan.FromSeconds(10));
        await Eventually.Is(
            () => Host.Services.GetRequiredService<DiscordCarrier>().Reaches(new WorkerId(Worker)), within: TimeSpan.FromSeconds(30));
        var answer = await Owner.Say(await Owner.OpenSession(), "hello over there");
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo("hello over there"));
    }

    [Test]
    public async Task Old_frames_are_deleted()
    {
        await using var worker = await StartWorker(new());
        _ = await Owner.Say(await Owner.OpenSession(), "hello over there");
        var sweep = new RelaySweep(
            new DiscordRelayOptions(new(DefaultWorld.RelayGuild)) { KeepFrames = TimeSpan.FromMilliseconds(400) },
            Host.Services.GetRequiredService<DiscordCarrier>(),
            Host.Services.GetRequiredService<IDiscordMessages>(),
            Host.Services.GetRequiredService<DiscordClock>(),
            TimeProvider.System,
            NullLogger<RelaySweep>.Instance);
        await sweep.StartAsync(CancellationToken.None);
        var before = Discord.Ledger.Entries.Select(entry => entry.MessageId).ToHashSet();
        Assert.That(before, Is.Not.Empty);
        await Eventually.Is(() => Discord.Ledger.Entries.Where(entry => before.Contains(entry.MessageId)).All(entry => entry.DeletedAt is not null));
        await sweep.StopAsync(CancellationToken.None);
    }

    /// <summary>Somebody deletes them, and the server makes others.</summary>
    /// <param name="before">What goes wrong first.</param>
    private async Task MakeRelayChannelsAnew(Action before)
    {
        await RelayChannelsBut([]);
        var old = RelayChannels();
        before();
        foreach (var channel in old)
        {
            Discord.Rooms.DeleteChannel(channel);
        }

        await RelayChannelsBut(old);
    }

    private Channel[] RelayChannels() =>
        [.. Discord.World.Channels.Values.ToArray().Where(one => one.Name.StartsWith("relay-", StringComparison.Ordinal))];

    /// <summary>As many as the server wants, none of them one of these, and it gives them out.</summary>
    private Task RelayChannelsBut(Channel[] old)
    {
        var carrier = Host.Services.GetRequiredService<DiscordCarrier>();
        return Eventually.Is(
            () => RelayChannels() is { Length: >= 4 } now && !now.Intersect(old).Any()
                && now.All(channel => carrier.Channels.Contains(new Snowflake(channel.Id))),
            within: TimeSpan.FromSeconds(20));
    }
}
