using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord;

/// <summary>
/// Reads the gateway for as long as the host runs. An event is done with when every listener has heard it; only then is it forgotten, so
/// that one which was under way when the process was killed is told again.
/// </summary>
internal sealed partial class DiscordPump(IDiscordGateway gateway, IEnumerable<IDiscordListener> listeners, ILogger<DiscordPump> logger)
    : BackgroundService
{
    private readonly IDiscordListener[] _listeners = [.. listeners];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var happened in gateway.Events(stoppingToken))
            {
                await Task.WhenAll(_listeners.Select(listener => Tell(listener, happened, stoppingToken)));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (DiscordGatewayException ended)
        {
            // The host goes on, so that its status can say so.
            LogEnded(ended.Message);
        }
    }

    private async Task Tell(IDiscordListener listener, DiscordEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            await listener.Hear(happened, cancellationToken);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failed, listener.GetType().Name, happened.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Critical, "Nothing is heard from Discord any more: {Problem}")]
    private partial void LogEnded(string problem);

    [LoggerMessage(LogLevel.Error, "{Listener} failed at {Event}; the next event comes.")]
    private partial void LogFailed(Exception failed, string listener, string @event);
}
