using MeatLizard.Application.Relay;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Runs the server's end of the in-process carrier.</summary>
internal sealed class InProcessPump(InProcessCarrier carrier, IRelayInbox inbox) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await carrier.Pump(inbox, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
