using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Wakes readers when events were committed. Carries ids only; a lost signal costs time, never truth.</summary>
public interface IReplySignal
{
    /// <summary>After the commit.</summary>
    void Raise(RequestId request);

    IReplySubscription Subscribe(RequestId request);
}
