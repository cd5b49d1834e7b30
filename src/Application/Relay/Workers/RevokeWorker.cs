using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>Sends a worker away for good. It gets nothing new from here on; its connection is cut within seconds, on whichever host.</summary>
public sealed record RevokeWorker(WorkerId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => Id.Value;
}

internal sealed class RevokeWorkerHandler(IWorkerEnrolmentStore enrolments, IWorkerRegistry registry, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<RevokeWorker, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RevokeWorker command, CancellationToken cancellationToken)
    {
        if (await enrolments.Find(command.Id, cancellationToken) is not { } enrolment)
        {
            return Refusal.NotFound;
        }

        if (enrolment.State.Status != EnrolmentStatus.Revoked)
        {
            enrolment.Revoke(time.GetUtcNow());
            enrolments.Save(enrolment);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        registry.Drain(command.Id);
        return Unit.Value;
    }
}
