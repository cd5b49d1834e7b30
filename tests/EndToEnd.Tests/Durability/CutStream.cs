namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>A connection that breaks after so many bytes, wherever in an event that is.</summary>
/// <param name="act">Done then in place of it: the other end is to break the connection.</param>
internal sealed class CutStream(Stream inner, int bytes, Action? act = null) : Stream
{
    private Action? _act = act;
    private int _left = bytes;

    public bool WasCut => _left == 0;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 && _act is { } due)
        {
            (_act, _left) = (null, int.MaxValue);
            due();
        }

        if (_left == 0)
        {
            throw new IOException("The connection was cut.");
        }

        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
