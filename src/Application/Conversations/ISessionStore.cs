using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Conversations;

public interface ISessionStore
{
    Task<ChatSession?> Find(SessionId id, CancellationToken cancellationToken);

    /// <summary>Newest activity first (updated_at, id); deleted ones are left out.</summary>
    /// <param name="cursor">From the page before; null for the first. One that is not ours is a <see cref="FormatException"/>.</param>
    Task<Page<ChatSessionState>> List(UserId owner, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Inserts a new aggregate or updates a stored one, at the commit.</summary>
    void Save(ChatSession session);
}
