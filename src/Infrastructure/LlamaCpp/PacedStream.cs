namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// Reads what has come in a while at once instead of word by word: every waking takes a processor from llama-server, which waits for its
/// slowest thread at every token. A stream that brings much is read as it comes; it is never slowed down.
/// </summary>
internal sealed class PacedStream(Stream inner, TimeProvider time) : Stream
{
    /// <summary>More than this in one while is a stream that must not wait: about 200 tokens a second.</summary>
    private const int Much = 2048;

    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(40);

    private long _began;
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
        var left = While - time.GetElapsedTime(_began);
        if (left > TimeSpan.Zero)
        {
            if (!_drained || _read >= Much)
                return;
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
        _began = time.GetTimestamp();
        _read = 0;
    }
}
