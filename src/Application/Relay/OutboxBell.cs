using System.Threading.Channels;

namespace MeatLizard.Application.Relay;

/// <summary>Wakes this host's outbox dispatcher: there is something to do, or somebody has become free to do it.</summary>
public sealed class OutboxBell
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _rungHere;

    /// <summary>There is something to do that this host cannot, and another one can: whoever knows the way to the others tells them.</summary>
    public event Action? CallsOthers;

    public void Ring()
    {
        Volatile.Write(ref _rungHere, 1);
        _rings.Writer.TryWrite(true);
    }

    /// <summary>Another host cannot do it, and this one perhaps can.</summary>
    public void RingFromElsewhere() => _rings.Writer.TryWrite(true);

    public void CallOthers() => CallsOthers?.Invoke();

    /// <summary>Returns when rung since the last call, or after this time all the same.</summary>
    /// <returns>
    /// Whether others may be called about what cannot be done here: not when it was they who called, or two hosts that can do nothing would
    /// call each other for ever.
    /// </returns>
    public async Task<bool> Wait(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var calledByOthers = true;
        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _rings.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            calledByOthers = false;
        }

        return Interlocked.Exchange(ref _rungHere, 0) == 1 || !calledByOthers;
    }
}
