using MeatLizard.Infrastructure.Wire;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// Reads what has come in a while at once instead of word by word: every waking takes a processor from llama-server, which waits for its
/// slowest thread at every token. The system wakes the reader when the while is over, when much has come, or when the stream has ended; so
/// what comes fast is never slowed down, and an end is noticed at once.
/// </summary>
/// <param name="step">How long a while is, more than nothing; asked for each anew.</param>
/// <param name="wakeAt">How many bytes are to be there before a reader of <paramref name="inner"/> is woken; a reader that waits already hears of a change.</param>
internal sealed class PacedStream(Stream inner, TimeProvider time, Func<TimeSpan> step, Action<int> wakeAt) : ReadOnlyStream
{
    /// <summary>About eight tokens.</summary>
    private const int Much = 2048;

    /// <summary>
    /// What is less is no while of its own. Timers count in ticks of the system's coarse clock, up to 4 ms, and may ring as much too early: whoever looked at
    /// that moment would look again at the right one, for a single word.
    /// </summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    private ITimer? _over;

    /// <summary>From now on there is time: the first text is out.</summary>
    public bool Rests { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Rests)
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);

        _over ??= time.CreateTimer(static x => ((Action<int>)x!)(1), wakeAt, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        wakeAt(Much);
        _ = _over.Change(Left(), Timeout.InfiniteTimeSpan);
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ = _over.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>All streams' whiles end at the same moments: llama-server is then disturbed once, and by what is still in the processors' caches.</summary>
    private TimeSpan Left()
    {
        var whole = step();
        var left = whole - TimeSpan.FromTicks(time.GetElapsedTime(0).Ticks % whole.Ticks);
        return left < Least ? left + whole : left;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _over?.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}
