using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Every worker that is enrolled or was ever here, by name.</summary>
public sealed record ListWorkers : IRequest<Outcome<IReadOnlyList<WorkerOverview>>>, IForAdmins;

internal sealed class ListWorkersHandler(IWorkerEnrolmentStore enrolments, IWorkerStore workers, IWorkerRegistry registry, TurnedAway turnedAway)
    : IRequestHandler<ListWorkers, Outcome<IReadOnlyList<WorkerOverview>>>
{
    public async Task<Outcome<IReadOnlyList<WorkerOverview>>> Handle(ListWorkers request, CancellationToken cancellationToken)
    {
        var enrolled = (await enrolments.List(cancellationToken)).ToDictionary(enrolment => enrolment.Id);
        var known = (await workers.List(cancellationToken)).ToDictionary(worker => worker.Id);
        var present = registry.List().ToDictionary(worker => worker.Id);
        WorkerOverview[] all =
        [
            .. enrolled.Keys.Union(known.Keys).OrderBy(id => id.Value, StringComparer.Ordinal).Select(id => new WorkerOverview(
                id, enrolled.GetValueOrDefault(id), known.GetValueOrDefault(id), present.GetValueOrDefault(id))
            {
                TurnedAwayAt = turnedAway.LastOf(id),
            }),
        ];
        return all;
    }
}
