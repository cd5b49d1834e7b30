using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>Writes the running worker's status down every other second.</summary>
internal sealed partial class StatusReport(
    StatusFile file,
    Enrolled enrolled,
    ILinkReading link,
    IEngineCatalog catalog,
    IInferenceJobs jobs,
    WorkerReadiness readiness,
    TimeProvider time,
    ILogger<StatusReport> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private bool _isBroken;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            do
            {
                Try(Write);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            Try(file.Remove);
        }
    }

    /// <summary>A full disk is no reason to answer nobody.</summary>
    private void Try(Action act)
    {
        try
        {
            act();
            _isBroken = false;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            if (!_isBroken)
            {
                LogBroken(broken);
            }

            _isBroken = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "This worker's status can't be written down; it goes on, and ./worker status takes it for ended.")]
    private partial void LogBroken(Exception broken);

    private void Write()
    {
        var (connected, since, problem) = link.Now;
        file.Write(new()
        {
            ProcessId = Environment.ProcessId,
            Worker = enrolled.Worker,
            Server = enrolled.Server,
            Connected = connected,
            Since = since,
            Problem = problem ?? catalog.Problem,
            Draining = readiness.Reason,
            Models = [.. catalog.Models.Select(model => model.Name)],
            Running = jobs.CountOpen(),
            WrittenAt = time.GetUtcNow(),
        });
    }
}
