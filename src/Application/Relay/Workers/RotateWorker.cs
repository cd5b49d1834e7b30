using System.Security.Cryptography;
using MeatLizard.Domain;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>
/// Has a worker given another root, over its proven connection, as soon as there is one. Both are valid until the worker has used the new
/// one. Asked again meanwhile it changes nothing: a worker that has the new one already must not be shut out by a third.
/// </summary>
public sealed record RotateWorker(WorkerId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => Id.Value;
}

internal sealed class RotateWorkerHandler(IWorkerEnrolmentStore enrolments, IRootVault vault, IUnitOfWork work)
    : IRequestHandler<RotateWorker, Outcome<Unit>>
{
    private const int RootSize = 32;

    public async Task<Outcome<Unit>> Handle(RotateWorker command, CancellationToken cancellationToken)
    {
        if (await enrolments.Find(command.Id, cancellationToken) is not { } enrolment)
        {
            return Refusal.NotFound;
        }

        if (enrolment.State.NextSealedRoot is not null)
        {
            return Unit.Value;
        }

        var root = RandomNumberGenerator.GetBytes(RootSize);
        try
        {
            enrolment.Rotate(vault.Seal(command.Id, root));
        }
        catch (DomainException refused)
        {
            return new Refusal(RefusalKind.Conflict, refused.Code, refused.Message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(root);
        }

        enrolments.Save(enrolment);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
