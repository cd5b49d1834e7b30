using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

public interface IRequestStore
{
    Task<RelayRequest?> Find(RequestId id, CancellationToken cancellationToken);

    void Save(RelayRequest request);

    /// <summary>A session's, by id, so from the oldest on.</summary>
    /// <param name="after">The last of the page before; null for the first.</param>
    Task<IReadOnlyList<RelayRequestState>> List(SessionId session, RequestId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Open requests whose deadline has passed, oldest deadline first.</summary>
    Task<IReadOnlyList<RequestId>> Overdue(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Open requests given to this worker in another epoch than this one: its process has forgotten them.</summary>
    Task<IReadOnlyList<RequestId>> Orphaned(WorkerId worker, string epoch, CancellationToken cancellationToken);

    /// <summary>How many wait in the queue; past <paramref name="atMost"/> nobody counts on.</summary>
    Task<int> CountQueued(int atMost, CancellationToken cancellationToken);
}
