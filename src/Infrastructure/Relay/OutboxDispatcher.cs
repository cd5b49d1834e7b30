using MeatLizard.Application;
using MeatLizard.Application.Relay;
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
    OutboxBell bell,
    DispatchGate gate,
    TimeProvider time,
    ILogger<OutboxDispatcher> logger) : BackgroundService
{
    private const int BatchSize = 32;
    private const int MostTries = 12;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await bell.Wait(LongestNap, time, stoppingToken);
                while (!gate.IsPaused && await WorkBatch(stoppingToken))
                {
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

    private async Task<bool> WorkBatch(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<IOutbox>();
        var items = await outbox.Claim(time.GetUtcNow(), Lease, BatchSize, cancellationToken);
        var waiting = false;
        foreach (var item in items)
        {
            try
            {
                waiting |= !await Work(item, outbox, waiting, cancellationToken);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                LogItemBroken(item.Topic, item.RequestId, item.Tries, broken);
                await GiveBack(item, outbox, broken, cancellationToken);
            }
        }

        return items.Count == BatchSize && !waiting;
    }

    /// <param name="nobodyFree">Somebody older in the queue found nobody: those behind do not jump it.</param>
    /// <returns>False when nobody was free.</returns>
    private async Task<bool> Work(OutboxItem item, IOutbox outbox, bool nobodyFree, CancellationToken cancellationToken)
    {
        if (item.Topic == OutboxTopic.Cancel)
        {
            await SendCancel(item, cancellationToken);
            await useCases.Send(new SettleOutboxItem(item.Id), actor: null, cancellationToken);
            return true;
        }

        var outcome = await useCases.Send(new DispatchRelayRequest(item.RequestId, item.Id), actor: null, cancellationToken);
        if (outcome.IsRefused(out _, out var result) || result == DispatchResult.Settled)
        {
            return true;
        }

        // A freed slot rings the bell; due at once, the row is then the first in line again.
        await outbox.Postpone(item.Id, time.GetUtcNow(), cancellationToken);
        return false;
    }

    private async Task SendCancel(OutboxItem item, CancellationToken cancellationToken)
    {
        var worker = new WorkerId(item.Target ?? string.Empty);
        if (carriers.FirstOrDefault(carrier => carrier.Reaches(worker)) is not { } carrier)
        {
            return;
        }

        try
        {
            await carrier.Send(worker, new Cancel(item.RequestId, item.Attempt), cancellationToken);
        }
        catch (CarrierException)
        {
            // A worker that is gone has stopped as well.
        }
    }

    private async Task GiveBack(OutboxItem item, IOutbox outbox, Exception broken, CancellationToken cancellationToken)
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
