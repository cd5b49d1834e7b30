namespace MeatLizard.Infrastructure.Wire;

/// <summary>Server-sent events that can't grow without end: what reads them keeps a whole one in memory, up to the empty line behind it.</summary>
internal sealed class BoundedEvents(Stream inner, int longest, long most = long.MaxValue) : ReadOnlyStream
{
    private long _length;
    private long _total;
    private bool _lineIsEmpty = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            _length++;
            if (one == (byte)'\n')
            {
                _length = _lineIsEmpty ? 0 : _length;
                _lineIsEmpty = true;
            }
            else if (one != (byte)'\r')
            {
                _lineIsEmpty = false;
            }
        }
        _total += bytes.Length;
        if (_total > most)
            throw new InvalidDataException("There are more events than any answer has.");
        if (_length > longest)
            throw new InvalidDataException("An event is longer than any that makes sense.");
    }
}
