using System.Threading.Channels;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What waits for a call's reader. Anybody may put something in, one reader takes it out.</summary>
internal sealed class StatelessMailbox(TimeProvider time)
{
    /// <summary>Messages that may wait for a slow reader; what comes beyond is dropped, and asked for again.</summary>
    private const int Room = 16_384;

    private readonly Channel<StatelessNotice> _notices = Channel.CreateUnbounded<StatelessNotice>(new() { SingleReader = true });
    private readonly Lock _gate = new();
    private volatile bool _dropped;
    private int _pending;
    private bool _closed;

    /// <summary>Whether something was dropped since <see cref="ForgetDropped"/>.</summary>
    public bool HasDropped => _dropped;

    public bool IsEmpty => !_notices.Reader.TryPeek(out _);

    public void ForgetDropped() => _dropped = false;

    public void Put(IAttemptMessage said)
    {
        if (Interlocked.Increment(ref _pending) > Room)
        {
            Interlocked.Decrement(ref _pending);
            _dropped = true;
            return;
        }

        _notices.Writer.TryWrite(new(said));
    }

    public void Put(StatelessNotice notice) => _notices.Writer.TryWrite(notice);

    /// <returns>False when nobody reads here any more.</returns>
    public bool TryPut(StatelessTurn turn)
    {
        lock (_gate)
        {
            return !_closed && _notices.Writer.TryWrite(new(Said: null, turn));
        }
    }

    public bool TryTake(out StatelessNotice notice)
    {
        if (!_notices.Reader.TryRead(out notice))
        {
            return false;
        }

        if (notice.Said is not null)
        {
            Interlocked.Decrement(ref _pending);
        }

        return true;
    }

    /// <summary>Returns when there is something, or after this time.</summary>
    public async ValueTask Wait(TimeSpan atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsEmpty || atMost <= TimeSpan.Zero)
        {
            return;
        }

        using var late = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _notices.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <returns>False when it was closed before.</returns>
    public bool Close()
    {
        lock (_gate)
        {
            return !_closed && (_closed = true);
        }
    }
}
