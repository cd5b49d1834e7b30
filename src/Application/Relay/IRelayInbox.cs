using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>Where carriers deliver what workers say, already opened and checked.</summary>
public interface IRelayInbox
{
    /// <summary>Returns when the message is queued for its request; the order of calls is kept per request.</summary>
    ValueTask Deliver(WorkerId from, ToServer message, CancellationToken cancellationToken);
}
