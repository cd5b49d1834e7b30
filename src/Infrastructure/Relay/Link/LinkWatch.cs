using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>Cuts the connections of workers that were sent away, on whichever host that was done, and gives up those that stay away.</summary>
internal sealed partial class LinkWatch(LinkCarrier carrier, IServiceScopeFactory scopes, TimeProvider time, ILogger<LinkWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await Look(stoppingToken);
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    LogBroken(broken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        await carrier.GiveUpTheLost(cancellationToken);
        var sessions = carrier.Sessions;
        if (sessions.Count == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var enrolments = await scope.ServiceProvider.GetRequiredService<IWorkerEnrolmentStore>().List(cancellationToken);
        var welcome = enrolments.Where(enrolment => enrolment.Status == EnrolmentStatus.Enrolled).Select(enrolment => enrolment.Id).ToHashSet();
        foreach (var session in sessions.Where(session => !welcome.Contains(session.Worker)))
        {
            await carrier.SendAway(session, "This worker was sent away.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The workers could not be looked after; it is tried again in a moment.")]
    private partial void LogBroken(Exception broken);
}
