using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Operations;

/// <summary>Reads how the service is.</summary>
internal sealed class ServiceGauge(
    IFigures figures,
    IWorkerEnrolmentStore enrolments,
    IWorkerStore workers,
    IWorkerRegistry registry,
    IProviders providers,
    TimeProvider time)
{
    private static readonly TimeSpan Span = TimeSpan.FromHours(1);

    public async Task<ServiceReading> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var queue = await figures.Queue(cancellationToken);
        var answers = await figures.Answers(now - Span, cancellationToken);
        var enrolled = (await enrolments.List(cancellationToken)).ToDictionary(enrolment => enrolment.Id);
        var known = (await workers.List(cancellationToken)).ToDictionary(worker => worker.Id);
        var present = registry.List().ToDictionary(worker => worker.Id);
        WorkerOverview[] all =
        [
            .. enrolled.Keys.Union(known.Keys).Union(present.Keys)
                .Where(id => enrolled.GetValueOrDefault(id)?.Status != EnrolmentStatus.Revoked)
                .OrderBy(id => id.Value, StringComparer.Ordinal)
                .Select(id => new WorkerOverview(
                    id, enrolled.GetValueOrDefault(id), known.GetValueOrDefault(id), present.GetValueOrDefault(id))),
        ];
        return new(now, queue, answers, all, providers.List());
    }
}
