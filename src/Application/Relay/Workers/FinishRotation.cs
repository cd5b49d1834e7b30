using MeatLizard.Domain;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>
/// A worker has proved itself by its next root: the one before is dropped. Committed before the worker is answered, which then drops it too.
/// By the present one: nothing changes. By one that is none of its own any more: refused.
/// </summary>
/// <param name="SealedRoot">The root as <see cref="AdmitWorker"/> gave it out.</param>
public sealed record FinishRotation(WorkerId Id, byte[] SealedRoot) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class FinishRotationHandler(IWorkerEnrolmentStore enrolments, IUnitOfWork work) : IRequestHandler<FinishRotation, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(FinishRotation command, CancellationToken cancellationToken)
    {
        if (await enrolments.Find(command.Id, cancellationToken) is not { } enrolment)
        {
            return Refusal.NotFound;
        }

        if (enrolment.State.SealedRoot is { } current && current.AsSpan().SequenceEqual(command.SealedRoot))
        {
            // It is not being given another one, or another connection of the same worker was first.
            return Unit.Value;
        }

        try
        {
            enrolment.FinishRotation(command.SealedRoot);
        }
        catch (DomainException refused)
        {
            return new Refusal(RefusalKind.Conflict, refused.Code, refused.Message);
        }

        enrolments.Save(enrolment);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
