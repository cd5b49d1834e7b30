namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// Reads what has come in a while at once instead of word by word: every waking takes a processor from llama-server, which waits for its
/// slowest thread at every token. A stream that brings much is read as it comes; it is never slowed down. Nobody waits for longer than
/// eight or so words take at the stream's own pace: the whole answer of a small model may be there before a while is over, and its slot with it.
/// </summary>
/// <param name="step">How long a while is at most; asked for each anew.</param>
/// <param name="due">When all that is asked for will be there, as far as is known; asked before each rest.</param>
internal sealed class PacedStream(Stream inner, TimeProvider time, Func<TimeSpan> step, Func<TimeSpan?>? due = null) : Stream
{
    /// <summary>
    /// More than this in one while, about eight tokens, is a stream that must not wait. Less than the connection's own buffer: a read never
    /// brings more than that, and tells nothing of what lies behind it.
    /// </summary>
    private const int Much = 2048;

    private TimeSpan _step;
    private long? _began;
    private int _read;

    /// <summary>The last read left room in its buffer: nothing more was there.</summary>
    private bool _drained = true;

    /// <summary>From now on there is time: the first text is out.</summary>
    public bool Rests { get; set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Rests)
            await RestAsync(cancellationToken).ConfigureAwait(false);
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        (_read, _drained) = (_read + read, read < buffer.Length);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask RestAsync(CancellationToken cancellationToken)
    {
        if (_began is not { } began)
        {
            // What came before the first text tells nothing of the pace; the next piece does.
            (_began, _read) = (time.GetTimestamp(), 0);
            return;
        }
        var left = _step - time.GetElapsedTime(began);
        left = due?.Invoke() is { } end && end < left ? end : left;
        if (left > TimeSpan.Zero)
        {
            if (!_drained || _read >= Much)
                return;
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
        var muchTakes = time.GetElapsedTime(began) * ((double)Much / Math.Max(1, _read));
        var most = step();
        (_began, _read, _step) = (time.GetTimestamp(), 0, muchTakes < most ? muchTakes : most);
    }
}
