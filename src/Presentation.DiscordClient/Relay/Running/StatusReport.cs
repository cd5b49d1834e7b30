using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>Writes the running worker's status down every other second.</summary>
internal sealed class StatusReport(
    StatusFile file,
    Enrolled enrolled,
    ILinkReading link,
    IEngineCatalog catalog,
    IInferenceJobs jobs,
    WorkerReadiness readiness,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            do
            {
                Write();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            file.Remove();
        }
    }

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
