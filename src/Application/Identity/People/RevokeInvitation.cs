using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Takes an invitation back that nobody has used. Doing it again changes nothing.</summary>
public sealed record RevokeInvitation(InvitationId Id) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Id}";
}

internal sealed class RevokeInvitationHandler(IInvitationStore invitations, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<RevokeInvitation, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RevokeInvitation request, CancellationToken cancellationToken)
    {
        if (await invitations.Find(request.Id, cancellationToken) is not { } invitation)
        {
            return Refusal.NotFound;
        }

        if (invitation.State.RevokedAt is null)
        {
            invitation.Revoke(time.GetUtcNow());
            invitations.Save(invitation);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return Unit.Value;
    }
}
