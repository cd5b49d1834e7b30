using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// Gives up the connections whose bytes have vanished. A worker pings when it hears nothing, so that the server has only to listen: one look at
/// all of them costs less than a timer and a ping for each.
/// </summary>
internal sealed partial class LinkSilence(LinkCarrier carrier, TimeProvider time, ILogger<LinkSilence> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var session in carrier.Sessions.Where(session => session.Silence >= LinkProtocol.LongestSilence))
                {
                    LogSilent(session.Worker);
                    session.Abort();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(LogLevel.Information, "Nothing has come from worker {Worker} for too long; its connection is given up.")]
    private partial void LogSilent(Domain.Relay.WorkerId worker);
}
