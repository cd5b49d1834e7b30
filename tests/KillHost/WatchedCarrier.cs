using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedCarrier(IRelayCarrier inner, Trap trap) : IRelayCarrier
{
    public string Name => inner.Name;

    public bool Reaches(WorkerId worker) => inner.Reaches(worker);

    public async Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (message is not Infer)
        {
            await inner.Send(worker, message, cancellationToken);
            return;
        }

        trap.Pass(KillPoint.BeforeDispatchSent);
        await inner.Send(worker, message, cancellationToken);
        trap.Pass(KillPoint.Dispatched);
    }
}
