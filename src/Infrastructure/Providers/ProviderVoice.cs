using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What a provider says goes to the inbox of the same process; on the way nothing gets lost.</summary>
internal sealed class ProviderVoice(WorkerId provider, IRelayInbox inbox) : IWorkerConnection
{
    public byte[] Epoch => [];

    public long Generation => 0;

    public bool TryRenewEpoch() => false;

    public ValueTask Send(ToServer message, CancellationToken cancellationToken) => inbox.Deliver(provider, message, cancellationToken);

    public TimeSpan TextDueIn(RequestId request, int attempt) => TimeSpan.Zero;

    /// <exception cref="NotSupportedException">Orders come by the carrier.</exception>
    public IAsyncEnumerable<ToWorker> Receive(CancellationToken cancellationToken) => throw new NotSupportedException();
}
