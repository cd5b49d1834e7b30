using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Wakes readers when events were committed. A lost signal costs time, never truth.</summary>
public interface IReplySignal
{
    /// <summary>After the commit.</summary>
    void Raise(RequestId request);

    /// <summary>After the commit, with what it held: readers in this process need not ask the table for it.</summary>
    void Raise(RequestId request, IReadOnlyList<ReplyEvent> committed);

    IReplySubscription Subscribe(RequestId request);
}
