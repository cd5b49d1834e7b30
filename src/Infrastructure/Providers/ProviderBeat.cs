using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>Every two seconds: learns what an admin has said of providers at another host, and what all hosts have spent.</summary>
internal sealed class ProviderBeat(ProviderCarrier providers, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await providers.Refresh(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
