using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>The truth about what readers of an answer are told: <c>reply_event (request_id, id, kind, data)</c>.</summary>
public interface IReplyLog
{
    /// <summary>At the commit. (request, id) is unique: two writers can never both add the same event.</summary>
    void Append(RequestId request, ReplyEvent happened);

    /// <summary>Events after this id, in order; all that there are, up to the limit.</summary>
    Task<IReadOnlyList<ReplyEvent>> Read(RequestId request, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets all but the last event of requests that ended before this time, at once.</summary>
    Task<int> Compact(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}
