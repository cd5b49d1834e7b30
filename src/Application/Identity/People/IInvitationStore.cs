using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.People;

public interface IInvitationStore
{
    Task<Invitation?> Find(InvitationId id, CancellationToken cancellationToken);

    Task<Invitation?> FindByHash(string hash, CancellationToken cancellationToken);

    /// <summary>Newest first, used and revoked ones included.</summary>
    /// <param name="limit">From 1.</param>
    /// <exception cref="FormatException">The cursor is not one that a page gave.</exception>
    Task<Page<InvitationState>> List(int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Those that a user has made or used, newest first.</summary>
    Task<IReadOnlyList<InvitationState>> ListOf(UserId user, CancellationToken cancellationToken);

    void Save(Invitation invitation);
}
