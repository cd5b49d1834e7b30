namespace MeatLizard.Domain.Identity;

/// <summary>A link with which one person makes one account.</summary>
public sealed class Invitation(InvitationState state, long storedVersion) : AggregateRoot<InvitationState>(state, storedVersion)
{
    /// <exception cref="DomainException">Nobody is invited to be the owner (<c>owner_stays</c>).</exception>
    public static Invitation Issue(InvitationState first)
    {
        if (first.Role == Role.Owner)
        {
            throw new DomainException("owner_stays", "There is one owner. Nobody can be invited to be it.");
        }

        var invitation = new Invitation(first, storedVersion: 0);
        invitation.Apply(first, new InvitationIssued(first.Id, first.InvitedBy, first.Role));
        return invitation;
    }

    public bool IsOpenAt(DateTimeOffset now) => State is { UsedAt: null, RevokedAt: null } && now < State.ExpiresAt;

    /// <summary>Of two who use it at once, the one whose commit is first gets in.</summary>
    public void Use(UserId user, DateTimeOffset now)
    {
        if (!IsOpenAt(now))
        {
            throw new DomainException("invitation_invalid", "This invitation was used, taken back or has expired. Ask for another.");
        }

        Apply(State with { UsedBy = user, UsedAt = now }, new InvitationUsed(State.Id, user));
    }

    public void Revoke(DateTimeOffset now)
    {
        if (State.UsedAt is not null)
        {
            throw new DomainException("invitation_used", "The invitation was used. Suspend the account that it made instead.");
        }

        if (State.RevokedAt is not null)
        {
            throw new DomainException("invitation_revoked", "The invitation was taken back already.");
        }

        Apply(State with { RevokedAt = now }, new InvitationRevoked(State.Id));
    }
}
