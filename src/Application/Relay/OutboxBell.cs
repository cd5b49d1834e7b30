using System.Threading.Channels;

namespace MeatLizard.Application.Relay;

/// <summary>Wakes this host's outbox dispatcher: there is something to do, or somebody has become free to do it.</summary>
public sealed class OutboxBell
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rings.Writer.TryWrite(true);

    /// <summary>Returns when rung since the last call, or after this time all the same.</summary>
    public async Task Wait(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _rings.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
