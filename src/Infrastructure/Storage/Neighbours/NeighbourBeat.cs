using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>Every second: tells the other hosts of this one's workers, if there is something to tell, and learns of theirs.</summary>
internal sealed partial class NeighbourBeat(
    NeighbourRegistry registry, PresenceTable table, OutboxBell bell, TimeProvider time, ILogger<NeighbourBeat> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>A third of the lease: two rounds may fail.</summary>
    private static readonly TimeSpan Refresh = PresenceTable.Lease / 3;

    private IReadOnlyList<WorkerPresence> _told = [];
    private DateTimeOffset _toldAt;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Whoever starts after this knows who is there.
        await Beat(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_told.Count > 0)
        {
            await Try(() => table.Tell([], [.. _told.Select(worker => worker.Id)], cancellationToken));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Beat(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private Task Beat(CancellationToken cancellationToken) => Try(async () =>
    {
        await Drain(cancellationToken);
        await Tell(cancellationToken);
        var known = registry.HasNeighbours;
        registry.Learn(await table.Others(cancellationToken));
        if (known != registry.HasNeighbours)
        {
            bell.RingFromElsewhere();
        }
    });

    private async Task Drain(CancellationToken cancellationToken)
    {
        var own = registry.Own();
        if (own.All(worker => worker.Draining))
        {
            return;
        }

        foreach (var (id, epoch) in await table.Draining(cancellationToken))
        {
            if (own.Any(worker => worker.Id == id && worker.Epoch == epoch && !worker.Draining))
            {
                registry.Drain(id);
            }
        }
    }

    private async Task Tell(CancellationToken cancellationToken)
    {
        var own = registry.Own();
        WorkerId[] gone = [.. _told.Select(worker => worker.Id).Except(own.Select(worker => worker.Id))];
        var now = time.GetUtcNow();

        // A heartbeat makes another record of the same worker, and is no news to anybody else.
        var isNews = gone.Length > 0 || !own.Select(Sayable).SequenceEqual(_told.Select(Sayable));
        if (isNews || (own.Count > 0 && now >= _toldAt + Refresh))
        {
            await table.Tell(own, gone, cancellationToken);
            (_told, _toldAt) = (own, now);
        }
    }

    private static (WorkerId, string, string, object, int, int, bool, string?) Sayable(WorkerPresence worker) =>
        (worker.Id, worker.Carrier, worker.Epoch, worker.Models, worker.Slots, worker.SlotsFree, worker.Draining, worker.Problem);

    private async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // The database may be away for a while; until it is back the others are where they were.
            LogBroken(broken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "This host could not tell the others of its workers, or learn of theirs; it tries again in a second.")]
    private partial void LogBroken(Exception broken);
}
