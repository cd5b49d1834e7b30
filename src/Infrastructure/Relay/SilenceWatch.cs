using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Gives up the workers that have not been heard for three heartbeats, where their carrier can't see that they are gone.</summary>
internal sealed partial class SilenceWatch(
    IWorkerRegistry registry, IEnumerable<IRelayCarrier> carriers, UseCases useCases, TimeProvider time, ILogger<SilenceWatch> logger)
    : BackgroundService
{
    /// <summary>Three heartbeats.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private readonly string[] _blind = [.. carriers.Where(carrier => !carrier.NoticesLoss).Select(carrier => carrier.Name)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_blind.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await GiveUpTheSilent(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task GiveUpTheSilent(CancellationToken cancellationToken)
    {
        foreach (var worker in registry.List().Where(known => !known.IsElsewhere && _blind.Contains(known.Carrier) && time.GetUtcNow() - known.HeardAt >= LongestSilence))
        {
            try
            {
                await useCases.Send(new LoseWorker(worker.Id, worker.Epoch), actor: null, cancellationToken);
                registry.Remove(worker.Id);
                LogSilent(worker.Id);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                // It stays listed, and the next round tries again.
                LogBroken(worker.Id, broken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Worker {Worker} has said nothing for too long and is taken for lost.")]
    private partial void LogSilent(WorkerId worker);

    [LoggerMessage(LogLevel.Error, "Worker {Worker} is silent and could not be given up; it is tried again in a moment.")]
    private partial void LogBroken(WorkerId worker, Exception broken);
}
