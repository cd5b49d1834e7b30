using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

public interface IResponseStore
{
    Task<StoredResponse?> Find(RequestId id, CancellationToken cancellationToken);

    /// <summary>Follows the responses that one goes on from, and answers the first that is not there any more; null when all are.</summary>
    Task<RequestId?> FindMissing(RequestId id, CancellationToken cancellationToken);

    /// <summary>Made before this time, ended, and with no later one that goes on from them; oldest first.</summary>
    Task<IReadOnlyList<RequestId>> ListOld(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>At the commit, which also stores the session and the request of the same id.</summary>
    void Add(StoredResponse response);

    /// <summary>
    /// At the commit: the response goes with its session, messages, request and reply events. What workers are still to be told stays, and
    /// so do later responses, which can't be gone on from any more.
    /// </summary>
    void Remove(RequestId id);
}
