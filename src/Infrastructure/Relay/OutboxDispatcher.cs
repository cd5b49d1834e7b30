using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Does what commits have promised: gives queued requests out, and tells workers to stop.</summary>
internal sealed partial class OutboxDispatcher(
    UseCases useCases,
    IServiceScopeFactory scopes,
    IEnumerable<IRelayCarrier> carriers,
    IWorkerRegistry workers,
    OutboxBell bell,
    DispatchGate gate,
    WaitingLine line,
    StatelessRelay stateless,
    RelayOptions options,
    TimeProvider time,
    ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int BatchSize = 32;
    private const int MostTries = 12;

    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var mayCall = await bell.Wait(LongestNap, time, stoppingToken);
                if (!gate.IsPaused && await GoThrough(stoppingToken) && mayCall)
                {
                    bell.CallOthers();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
            }
            catch (Exception broken)
            {
                // The database may be away for a while; the rows are there when it is back.
                LogBroken(broken);
            }
        }
    }

    /// <summary>Everything that is due, once. What finds nobody is held to the end, so that those behind it get their turn too.</summary>
    /// <returns>Whether there is something that another host can do.</returns>
    private async Task<bool> GoThrough(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IOutbox>();
        HashSet<Guid> claimed = [];
        List<string?> models = [];
        var anyNotOurs = false;
        var inFront = new WaitingLine();
        var turns = stateless.Turns(inFront);
        try
        {
            while (true)
            {
                var items = await outbox.Claim(time.GetUtcNow(), options.OutboxLease, BatchSize, cancellationToken);
                claimed.UnionWith(items.Select(item => item.Id));
                foreach (var item in items)
                {
                    if (item.Topic == OutboxTopic.Dispatch)
                    {
                        await turns.Before(item.RequestId, cancellationToken);
                    }

                    if (item.Topic == OutboxTopic.Cancel && IsElsewhere(item))
                    {
                        anyNotOurs = true;
                    }
                    else if (await Work(item, inFront, outbox, cancellationToken) is { IsSettled: false, WaitsFor: var model })
                    {
                        models.Add(model);
                        inFront.Join(model);
                    }
                    else
                    {
                        claimed.Remove(item.Id);
                    }
                }

                // With every slot taken, a long queue need not be gone through to its end each time.
                if (items.Count < BatchSize || (models.Count >= BatchSize && workers.List().All(worker => worker.SlotsFree == 0)))
                {
                    await turns.Rest(cancellationToken);
                    line.Redraw(models);
                    return anyNotOurs || (models.Count > 0 && workers.List().Any(CouldAnswerElsewhere));
                }
            }
        }
        finally
        {
            // Also when the host stops in the middle: the next one must not wait for the lease to end.
            if (claimed.Count > 0)
            {
                await outbox.GiveBack(claimed, CancellationToken.None);
            }
        }
    }

    private static bool CouldAnswerElsewhere(WorkerPresence worker) => worker is { IsElsewhere: true, Draining: false, SlotsFree: > 0 };

    /// <summary>Whether another host holds the way to the worker that is to be told.</summary>
    private bool IsElsewhere(OutboxItem item) => workers.List().Any(worker => worker.IsElsewhere && worker.Id.Value == item.Target);

    private async Task<DispatchResult> Work(OutboxItem item, WaitingLine inFront, IOutbox outbox, CancellationToken cancellationToken)
    {
        try
        {
            if (item.Topic == OutboxTopic.Dispatch)
            {
                var outcome = await useCases.Send(new DispatchRelayRequest(item.RequestId, item.Id, inFront), actor: null, cancellationToken);
                return outcome.IsRefused(out _, out var result) ? DispatchResult.Settled : result;
            }

            await SendCancel(item, cancellationToken);
            await useCases.Send(new SettleOutboxItem(item.Id), actor: null, cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            LogItemBroken(item.Topic, item.RequestId, item.Tries, broken);
            await TryLater(item, outbox, broken, cancellationToken);
        }

        return DispatchResult.Settled;
    }

    private async Task SendCancel(OutboxItem item, CancellationToken cancellationToken)
    {
        var worker = new WorkerId(item.Target ?? string.Empty);
        try
        {
            if (carriers.FirstOrDefault(carrier => carrier.Reaches(worker)) is { } carrier)
            {
                await carrier.Send(worker, new Cancel(item.RequestId, item.Attempt), cancellationToken);
            }
        }
        catch (CarrierException)
        {
            // A worker that is gone has stopped as well.
        }

        // Also of one that is away for a moment: it comes back as the same process, with the same slots.
        await Free(item, worker, cancellationToken);
    }

    /// <summary>
    /// Whoever gave the request its end, or wanted somebody else to be asked, may be another host, which knows nothing of the slot that was taken
    /// here. One that a later attempt at the same worker has taken stays its own.
    /// </summary>
    private async Task Free(OutboxItem item, WorkerId worker, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var request = await scope.ServiceProvider.GetRequiredService<IRequestStore>().Find(item.RequestId, cancellationToken);
        if (request?.State is not { IsOpen: true } state || state.Attempt <= item.Attempt || state.Target?.Name != worker.Value)
        {
            workers.Release(item.RequestId, worker);
        }
    }

    private async Task TryLater(OutboxItem item, IOutbox outbox, Exception broken, CancellationToken cancellationToken)
    {
        if (item.Tries >= MostTries)
        {
            await outbox.Park(item.Id, broken.GetType().Name, cancellationToken);
            return;
        }

        var backoff = AskAgain * Math.Pow(2, Math.Min(item.Tries, 6));
        await outbox.Postpone(item.Id, time.GetUtcNow() + backoff, cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "The outbox could not be worked.")]
    private partial void LogBroken(Exception broken);

    [LoggerMessage(LogLevel.Error, "{Topic} of request {Request} failed at try {Tries}.")]
    private partial void LogItemBroken(OutboxTopic topic, RequestId request, int tries, Exception broken);
}
