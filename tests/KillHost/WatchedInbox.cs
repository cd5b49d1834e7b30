using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedInbox(IRelayInbox inner, Trap trap) : IRelayInbox
{
    public ValueTask Deliver(WorkerId from, ToServer message, CancellationToken cancellationToken)
    {
        if (message is Accepted)
        {
            trap.Pass(KillPoint.AcceptedHeard);
        }

        return inner.Deliver(from, message, cancellationToken);
    }
}
