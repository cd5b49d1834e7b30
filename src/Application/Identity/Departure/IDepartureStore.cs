using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>Takes a person out of the tables that are nobody's conversations.</summary>
public interface IDepartureStore
{
    /// <summary>
    /// At the commit: what lets the person in and what was kept for them goes (identities, keys, sign-ins, links, limits, repeated calls);
    /// what must stay, usage, audit entries and invitations, keeps ids and loses every name and text that came from them.
    /// </summary>
    void RemoveAll(UserId user);

    /// <summary>Who has left and is not forgotten yet.</summary>
    Task<IReadOnlyList<UserId>> ListLeaving(CancellationToken cancellationToken);

    /// <summary>Takes what was deleted out of the database's own files as well, as far as they are in this program's hands; at once.</summary>
    /// <exception cref="LockTimeoutException">Somebody else had the file; a later try may succeed.</exception>
    Task Sweep(CancellationToken cancellationToken);
}
