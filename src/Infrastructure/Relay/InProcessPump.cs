using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Runs the server's end of the in-process carrier, and has its frames counted.</summary>
internal sealed class InProcessPump(InProcessCarrier carrier, IRelayInbox inbox, FrameMetrics metrics) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The meter's life is the container's; here it only comes into being.
        _ = metrics;
        try
        {
            await carrier.Pump(inbox, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
