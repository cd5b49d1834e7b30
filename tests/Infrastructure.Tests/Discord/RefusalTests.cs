using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Native;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Discord blocks the address of whoever is refused too often.</summary>
[TestFixture]
internal sealed class RefusalTests : StandInFixture
{
    private static readonly RestCall Me = new(HttpMethod.Get, "users/@me") { IsRepeatable = true };

    [Test]
    public async Task After_so_many_refusals_nothing_is_sent_for_a_while()
    {
        var clock = new StoppedClock();
        using var way = new DiscordWay(Settings);
        using var rest = new RestClient(Settings, way.Http, clock, new DiscordClock(clock), new Random(1), NullLogger.Instance, refusals: 3);
        for (var refusal = 0; refusal < 3; refusal++)
        {
            StandIn.Faults.Fail(403);
            var refused = await Thrown<DiscordException>(async () => await Ask(rest, Me));
            Assert.That(refused.Problem, Is.EqualTo(DiscordProblem.NoPermission));
        }

        var asked = StandIn.Counters.Requests.Values.Sum();
        var stopped = await Thrown<DiscordException>(async () => await Ask(rest, Me));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((stopped.Problem, stopped.IsPassing), Is.EqualTo((DiscordProblem.TooManyRefusals, true)));
            Assert.That(StandIn.Counters.Requests.Values.Sum(), Is.EqualTo(asked));
        }

        clock.Advance(TimeSpan.FromMinutes(10));
        _ = await Ask(rest, Me);
    }

    [Test]
    public async Task What_others_have_used_up_is_not_ours()
    {
        using var way = new DiscordWay(Settings);
        using var rest = new RestClient(Settings, way.Http, TimeProvider.System, new DiscordClock(TimeProvider.System), new Random(1), NullLogger.Instance, refusals: 1);
        StandIn.Faults.Limit(LimitScope.Shared, TimeSpan.FromMilliseconds(20), times: 2);
        _ = await Ask(rest, Me);
        StandIn.Faults.Limit(LimitScope.User, TimeSpan.FromMilliseconds(20));
        var stopped = await Thrown<DiscordException>(async () => await Ask(rest, Me));
        Assert.That(stopped.Problem, Is.EqualTo(DiscordProblem.TooManyRefusals));
    }

    [Test]
    public void Routes_that_Discord_counts_together_wait_together()
    {
        var clock = new StoppedClock();
        var table = new BucketTable(clock);
        var (one, other) = (new RestCall(HttpMethod.Get, "a/*", "1"), new RestCall(HttpMethod.Get, "b/*", "1"));
        foreach (var call in new[] { one, other })
        {
            var bucket = table.BucketOf(call);
            _ = bucket.TryTake(out _);
            bucket.Release();
            table.Learn(call, bucket, new("same", 5, call == one ? 4 : 0, TimeSpan.FromSeconds(5), null, IsGlobal: false, null));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(table.BucketOf(one), Is.SameAs(table.BucketOf(other)));
            Assert.That(table.BucketOf(one).TryTake(out _), Is.False);
            Assert.That(table.BucketOf(one with { Ids = ["2"] }).TryTake(out _), Is.True);
        }
    }

    [Test]
    public void Channels_that_are_no_longer_used_are_forgotten()
    {
        var clock = new StoppedClock();
        var table = new BucketTable(clock);
        for (var channel = 0; channel < 10_000; channel++)
        {
            var call = new RestCall(HttpMethod.Post, "channels/*/messages", $"{channel}");
            var bucket = table.BucketOf(call);
            _ = bucket.TryTake(out _);
            bucket.Release();
            table.Learn(call, bucket, new("posts", 5, 4, TimeSpan.FromSeconds(5), null, IsGlobal: false, null));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(table.Count, Is.LessThan(2_000));
    }

    private DiscordOptions Settings => new(DefaultWorld.ServerBotToken, StateFile) { Api = StandIn.ApiAddress };

    private static Task<RestAnswer> Ask(RestClient rest, RestCall call) => rest.Send(call, CancellationToken.None);
}
