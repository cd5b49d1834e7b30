using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedLog(IReplyLog inner, CommitContents contents) : IReplyLog
{
    public void Append(RequestId request, ReplyEvent happened)
    {
        contents.Submit |= happened is ReplyQueued;
        contents.Text |= happened is ReplyDelta;
        contents.Completion |= happened is ReplyCompleted;
        inner.Append(request, happened);
    }

    public Task<IReadOnlyList<ReplyEvent>> Read(RequestId request, long after, int limit, CancellationToken cancellationToken) =>
        inner.Read(request, after, limit, cancellationToken);

    public Task<int> Compact(DateTimeOffset endedBefore, CancellationToken cancellationToken) => inner.Compact(endedBefore, cancellationToken);
}
