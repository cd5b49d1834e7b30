using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Hosts.Tests.Discord;

/// <summary>The worker's clock is wrong, and the server's as much in the other direction; what is posted has Discord's time.</summary>
[TestFixture(-1440)]
[TestFixture(-10)]
[TestFixture(10)]
[TestFixture(1440)]
[Parallelizable(ParallelScope.Self)]
internal sealed class DiscordWrongClockTests(int minutes) : DiscordRelayFixture
{
    protected override TimeProvider ServerClock => new ShiftedClock(TimeSpan.FromMinutes(-minutes));

    /// <summary>What is lost is asked for again only when the test has given up.</summary>
    protected override IReadOnlyList<string> Settings => ["--Relay:AcknowledgeWithin=00:01:00"];

    [Test]
    public async Task Nothing_that_was_missed_is_lost_and_nothing_fresh_is_swept_away()
    {
        var engine = new ScriptedEngine();
        await using var worker = await DiscordWorker.Start(
            Discord, Folder, Worker, Root, engine, engine.Release, clock: new ShiftedClock(TimeSpan.FromMinutes(minutes)));
        await Online();
        CloseRelayChannels();
        await IsAnsweredAtOnce();
        await Sweep(TimeSpan.FromHours(1));
        Assert.That(Discord.Ledger.Entries.Select(entry => entry.DeletedAt), Is.All.Null);
    }

    /// <summary>Two rounds: in the second one the first is over.</summary>
    private async Task Sweep(TimeSpan keep)
    {
        var clock = new StoppedClock();
        var carrier = Host.Services.GetRequiredService<DiscordCarrier>();
        var sweep = new RelaySweep(
            new DiscordRelayOptions(new(DefaultWorld.RelayGuild)) { KeepFrames = keep },
            carrier,
            Host.Services.GetRequiredService<IDiscordMessages>(),
            Host.Services.GetRequiredService<DiscordClock>(),
            clock,
            NullLogger<RelaySweep>.Instance);
        await sweep.StartAsync(CancellationToken.None);
        for (var round = 0; round < 2; round++)
        {
            // More channels may be made meanwhile.
            var enough = Looks() + carrier.Channels.Count;
            await clock.SomebodyWaits(keep / 4);
            clock.Advance(keep / 4);
            await Eventually.Is(() => Looks() >= enough);
        }

        await sweep.StopAsync(CancellationToken.None);
    }

    private long Looks() => Discord.Counters.Requests
        .Where(request => request.Key.StartsWith("GET /channels/{channel}/messages", StringComparison.Ordinal)).Sum(request => request.Value);
}
