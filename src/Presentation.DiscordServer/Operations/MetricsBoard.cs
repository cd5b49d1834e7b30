using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Slash;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Presentation.DiscordServer.Operations;

/// <summary>Shows how the service is in one message, every quarter of a minute, and writes it down every minute.</summary>
internal sealed partial class MetricsBoard(
    MetricsOptions options, IStandingMessage message, IDiscordGateway gateway, UseCases useCases, TimeProvider time, ILogger<MetricsBoard> logger) : BackgroundService
{
    private const string ChannelName = "ai-metrics";

    private readonly StandingPlace _place = new("metrics", options.Guild, ChannelName, options.Channel);
    private long _minute;
    private string? _problem;

    public DateTimeOffset UpSince { get; } = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Round, time);
        try
        {
            do
            {
                try
                {
                    await WriteDown(stoppingToken);
                    await Show(stoppingToken);
                    _problem = null;
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    Report(broken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Show(CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new WatchServiceReading(), actor: null, cancellationToken);
        if (!outcome.IsRefused(out _, out var reading))
        {
            var deaf = gateway.Status is { State: not DiscordGatewayState.Connected, Problem: { } problem } ? problem : null;
            await message.Show(_place, MetricsText.Of(reading, UpSince, deaf), cancellationToken);
        }
    }

    private async Task WriteDown(CancellationToken cancellationToken)
    {
        var minute = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        if (minute != _minute)
        {
            _minute = minute;
            await useCases.Send(new KeepSample(), actor: null, cancellationToken);
        }
    }

    /// <summary>Once, until it is another or has passed.</summary>
    private void Report(Exception broken)
    {
        if (broken.Message == _problem)
        {
            return;
        }

        _problem = broken.Message;
        if (broken is DiscordException)
        {
            LogNotShown(broken.Message);
        }
        else
        {
            LogBroken(broken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The metrics could not be shown in Discord; it is tried again: {Problem}")]
    private partial void LogNotShown(string problem);

    [LoggerMessage(LogLevel.Error, "The metrics could not be read or written down; it is tried again.")]
    private partial void LogBroken(Exception broken);
}
