using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedCarrier(IRelayCarrier inner, Trap trap, ExpectedPosts posts) : IRelayCarrier
{
    public string Name => inner.Name;

    public bool NoticesLoss => inner.NoticesLoss;

    public bool Reaches(WorkerId worker) => inner.Reaches(worker);

    public async Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Infer:
                trap.Pass(KillPoint.BeforeDispatchSent);
                await Send(worker, message, KillPoint.Dispatched, cancellationToken);
                break;
            case Ack:
                await Send(worker, message, KillPoint.AckSent, cancellationToken);
                break;
            default:
                await inner.Send(worker, message, cancellationToken);
                break;
        }
    }

    private async Task Send(WorkerId worker, ToWorker message, KillPoint sent, CancellationToken cancellationToken)
    {
        if (Name == DiscordCarrier.CarrierName)
        {
            posts.Expect(sent);
            await inner.Send(worker, message, cancellationToken);
            return;
        }

        await inner.Send(worker, message, cancellationToken);
        trap.Pass(sent);
    }
}
