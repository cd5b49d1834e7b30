using MeatLizard.Domain;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Lets a worker finish what it has and gives it nothing new, until it is started again.</summary>
public sealed record DrainWorker(WorkerId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => Id.Value;
}

internal sealed class DrainWorkerHandler(IWorkerStore workers, IWorkerRegistry registry, IEnumerable<IRelayCarrier> carriers, IUnitOfWork work)
    : IRequestHandler<DrainWorker, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(DrainWorker command, CancellationToken cancellationToken)
    {
        if (await workers.Find(command.Id, cancellationToken) is not { } worker)
        {
            return Refusal.NotFound;
        }

        if (worker.State.Status == WorkerStatus.Draining)
        {
            return Unit.Value;
        }

        try
        {
            worker.Drain();
        }
        catch (DomainException refused)
        {
            return new Refusal(RefusalKind.Conflict, refused.Code, refused.Message);
        }

        workers.Save(worker);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        registry.Drain(command.Id);
        if (carriers.FirstOrDefault(carrier => carrier.Reaches(command.Id)) is { } carrier)
        {
            try
            {
                await carrier.Send(command.Id, new Drain(), cancellationToken);
            }
            catch (CarrierException)
            {
                // It has just gone; when it is back it is asked again by nobody, and the registry gives it nothing.
            }
        }

        return Unit.Value;
    }
}
