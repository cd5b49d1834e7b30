using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>Deletes the relay's old posts: frames that nobody will ask for again.</summary>
internal sealed partial class RelaySweep(
    DiscordRelayOptions options, DiscordCarrier carrier, IDiscordMessages messages, DiscordClock clock, TimeProvider time, ILogger<RelaySweep> logger)
    : BackgroundService
{
    private const int Batch = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.KeepFrames / 4, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var channel in carrier.Channels)
                {
                    await Sweep(channel, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Sweep(Snowflake channel, CancellationToken cancellationToken)
    {
        try
        {
            List<Snowflake> old = [];
            // By Discord's clock, which has drawn the ids: by a wrong one of ours the newest frame could be the oldest.
            var until = clock.Now - options.KeepFrames;
            await foreach (var message in messages.MessagesAfter(channel, default, cancellationToken))
            {
                if (message.Id.At >= until)
                {
                    break;
                }

                old.Add(message.Id);
                if (old.Count == Batch)
                {
                    await messages.Delete(channel, old, cancellationToken);
                    old.Clear();
                }
            }

            if (old.Count > 0)
            {
                await messages.Delete(channel, old, cancellationToken);
            }
        }
        catch (DiscordException failed)
        {
            LogFailed(channel, failed.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old frames in channel {Channel} stay for now: {Problem}")]
    private partial void LogFailed(Snowflake channel, string problem);
}
