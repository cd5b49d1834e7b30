using System.Net.WebSockets;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// Cuts the connections of workers that were sent away, on whichever host that was done, tells those that are given another root, and gives
/// up those that stay away.
/// </summary>
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
        var welcome = enrolments.Where(enrolment => enrolment.Status == EnrolmentStatus.Enrolled).ToDictionary(enrolment => enrolment.Id);
        var vault = scope.ServiceProvider.GetRequiredService<IRootVault>();
        foreach (var session in sessions)
        {
            if (!welcome.TryGetValue(session.Worker, out var enrolment))
            {
                await carrier.SendAway(session, "This worker was sent away.");
            }
            else if (!session.IsOf(enrolment))
            {
                // Sent away and enrolled anew between two looks, or configured with another key.
                await session.Close(WebSocketCloseStatus.PolicyViolation, "This worker has another key now.");
            }
            else if (enrolment.NextSealedRoot is { } next && session.Told?.AsSpan().SequenceEqual(next) != true)
            {
                Tell(session, next, vault);
            }
        }
    }

    /// <summary>Once for each connection: a worker that can't take it now is told again when it has dialled again.</summary>
    private static void Tell(LinkSession session, byte[] sealedRoot, IRootVault vault)
    {
        session.Told = sealedRoot;
        if (vault.Open(session.Worker, sealedRoot) is { } root)
        {
            try
            {
                session.Send(new Rotate(root));
            }
            catch (CarrierException)
            {
                // Its next connection is told.
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The workers could not be looked after; it is tried again in a moment.")]
    private partial void LogBroken(Exception broken);
}
