using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations;

public interface IMessageStore
{
    Task<Message?> Find(MessageId id, CancellationToken cancellationToken);

    /// <summary>The answer that ended a request.</summary>
    Task<Message?> FindAnswer(RequestId request, CancellationToken cancellationToken);

    /// <summary>
    /// The branch that ends at <paramref name="leaf"/>, root first, by following parents. Costs its own length, not the session's.
    /// </summary>
    /// <param name="from">Where to begin; null: at the root.</param>
    Task<IReadOnlyList<Message>> Branch(MessageId leaf, MessageId? from, CancellationToken cancellationToken);

    /// <summary>How long <see cref="Branch"/> is, without reading it: characters of its parts as they are stored.</summary>
    Task<long> BranchLength(MessageId leaf, MessageId? from, CancellationToken cancellationToken);

    /// <summary>All branches, by arrival.</summary>
    Task<Page<Message>> List(SessionId session, int limit, string? cursor, bool newestFirst, CancellationToken cancellationToken);

    /// <summary>The newest message that has <paramref name="id"/> among its ancestors, or itself: where a branch ends.</summary>
    Task<MessageId> LeafBelow(MessageId id, CancellationToken cancellationToken);

    void Add(Message message);

    /// <summary>Removes a session's messages, requests and reply events. What workers are still to be told stays.</summary>
    void RemoveAll(SessionId session);
}
