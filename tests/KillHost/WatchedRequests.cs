using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedRequests(IRequestStore inner, CommitContents contents) : IRequestStore
{
    public Task<RelayRequest?> Find(RequestId id, CancellationToken cancellationToken) => inner.Find(id, cancellationToken);

    public void Save(RelayRequest request)
    {
        contents.Dispatch |= request.Events.Any(happened => happened is RequestDispatched);
        contents.Acknowledgement |= request.Events.Any(happened => happened is RequestAcknowledged);
        inner.Save(request);
    }

    public Task<IReadOnlyList<RelayRequestState>> List(SessionId session, RequestId? after, int limit, CancellationToken cancellationToken) =>
        inner.List(session, after, limit, cancellationToken);

    public Task<IReadOnlyList<RequestId>> Overdue(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        inner.Overdue(now, limit, cancellationToken);

    public Task<IReadOnlyList<RequestId>> Orphaned(WorkerId worker, string epoch, CancellationToken cancellationToken) =>
        inner.Orphaned(worker, epoch, cancellationToken);

    public Task<int> CountQueued(int atMost, CancellationToken cancellationToken) => inner.CountQueued(atMost, cancellationToken);
}
