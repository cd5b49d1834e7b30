using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Relay;

namespace MeatLizard.KillHost;

internal sealed class WatchedConnection(IWorkerConnection inner, Trap trap, ExpectedPosts posts) : IWorkerConnection
{
    public byte[] Epoch => inner.Epoch;

    public long Generation => inner.Generation;

    public bool TryRenewEpoch() => inner.TryRenewEpoch();

    public async ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        var sent = message switch
        {
            Accepted => KillPoint.AcceptedSent,
            Chunk => KillPoint.ChunkSent,
            Done => KillPoint.DoneSent,
            _ => KillPoint.None,
        };
        if (inner is DiscordConnection && sent != KillPoint.None)
        {
            posts.Expect(sent);
            await inner.Send(message, cancellationToken);
            return;
        }

        await inner.Send(message, cancellationToken);
        if (sent != KillPoint.None)
        {
            trap.Pass(sent);
        }
    }

    public TimeSpan TextDueIn(RequestId request, int attempt) => inner.TextDueIn(request, attempt);

    public Task Rotate(byte[] root, CancellationToken cancellationToken) => inner.Rotate(root, cancellationToken);

    public IAsyncEnumerable<ToWorker> Receive(CancellationToken cancellationToken) => inner.Receive(cancellationToken);
}
