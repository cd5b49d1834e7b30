using MeatLizard.Application;
using MeatLizard.Application.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Sees to it that every request has an end: whatever is overdue is asked of somebody else, or ended.</summary>
internal sealed partial class RelayWatchdog(UseCases useCases, IServiceScopeFactory scopes, TimeProvider time, ILogger<RelayWatchdog> logger)
    : BackgroundService
{
    private const int BatchSize = 64;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Look(stoppingToken);
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    LogBroken(broken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var requests = scope.ServiceProvider.GetRequiredService<IRequestStore>();
        foreach (var overdue in await requests.Overdue(time.GetUtcNow(), BatchSize, cancellationToken))
        {
            try
            {
                await useCases.Send(new ExpireOverdueRelay(overdue), actor: null, cancellationToken);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                // One that cannot be ended must not keep the others waiting.
                LogBroken(broken);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The watchdog failed; it looks again in a moment.")]
    private partial void LogBroken(Exception broken);
}
