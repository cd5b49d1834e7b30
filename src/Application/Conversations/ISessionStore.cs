using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Conversations;

public interface ISessionStore
{
    Task<ChatSession?> Find(SessionId id, CancellationToken cancellationToken);

    /// <summary>
    /// One that waits for its next question, as this process last stored it, without asking the database. It may be out of date: then its commit is a
    /// conflict, and it is forgotten.
    /// </summary>
    /// <returns>Null when it has to be read.</returns>
    ChatSession? Recall(SessionId id);

    /// <summary>What was recalled said no, and may be out of date.</summary>
    void Forget(SessionId id);

    /// <summary>Newest activity first (updated_at, id); deleted ones are left out.</summary>
    /// <param name="cursor">From the page before; null for the first. One that is not ours is a <see cref="FormatException"/>.</param>
    Task<Page<ChatSessionState>> List(UserId owner, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>All of an owner's but the deleted ones, by id: none is missed because it changes meanwhile.</summary>
    /// <param name="after">The last of the page before; null for the first.</param>
    Task<IReadOnlyList<ChatSessionState>> ListById(UserId owner, SessionId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Those of an owner's in which a turn is under way.</summary>
    Task<IReadOnlyList<SessionId>> ListOpen(UserId owner, CancellationToken cancellationToken);

    /// <summary>Inserts a new aggregate or updates a stored one, at the commit.</summary>
    void Save(ChatSession session);

    /// <summary>Removes an owner's sessions with their messages, requests and reply events, at the commit. What workers are still to be told stays.</summary>
    void RemoveAll(UserId owner);
}
