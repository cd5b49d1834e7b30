using System.Buffers.Text;
using MeatLizard.Infrastructure.Wire;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The body of an HTTP/1.1 answer: in chunks, of a known length, or up to the connection's end. What has come is given at once, however many
/// chunks it is; a connection that ends before the body does is an <see cref="IOException"/>.
/// </summary>
/// <param name="begun">What came behind the head.</param>
/// <param name="length">Bytes; without meaning when it comes in chunks.</param>
internal sealed class HttpBody(Stream connection, ReadOnlyMemory<byte> begun, bool isChunked, int? length) : ReadOnlyStream
{
    private const int Room = 16 * 1024;

    /// <summary>The length of a chunk, in hex, with whatever else may stand in its line.</summary>
    private const int LongestLine = 256;

    private readonly byte[] _buffer = Began(begun);
    private int _from;
    private int _to = begun.Length;

    /// <summary>Bytes of the present chunk, or of all, that are still to be given.</summary>
    private long _left = isChunked ? 0 : length ?? long.MaxValue;
    private bool _isAfterChunk;
    private bool _isOver = !isChunked && length == 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var given = Give(buffer.Span);
            if (given > 0 || _isOver || buffer.Length == 0)
                return given;
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                if (isChunked || length is not null)
                    throw new IOException("The connection was closed in the middle of an answer.");
                _isOver = true;
            }
        }
    }

    /// <summary>As much as has come.</summary>
    private int Give(Span<byte> wanted)
    {
        var given = 0;
        while (given < wanted.Length && !_isOver && (_left > 0 || TryBegin()))
        {
            var part = (int)Math.Min(Math.Min(_left, wanted.Length - given), _to - _from);
            if (part == 0)
                break;
            _buffer.AsSpan(_from, part).CopyTo(wanted[given..]);
            _from += part;
            given += part;
            _left -= part;
            _isAfterChunk = isChunked;
            _isOver = _left == 0 && !isChunked;
        }
        return given;
    }

    /// <summary>The next chunk, if the line with its length has come; the last one has none.</summary>
    private bool TryBegin()
    {
        var come = _buffer.AsSpan(_from, _to - _from);
        var before = _isAfterChunk ? 2 : 0;
        if (come.Length < before)
            return false;
        if (_isAfterChunk && !come.StartsWith("\r\n"u8))
            throw Wrong();
        var line = come[before..].IndexOf("\r\n"u8);
        if (line < 0)
            return come.Length > LongestLine ? throw Wrong() : false;
        if (!Utf8Parser.TryParse(come.Slice(before, line), out long size, out var digits, 'x') || size < 0 || (digits < line && come[before + digits] is not ((byte)';' or (byte)' ')))
            throw Wrong();
        (_from, _left, _isAfterChunk, _isOver) = (_from + before + line + 2, size, false, size == 0);
        return size > 0;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }
        var read = await connection.ReadAsync(_buffer.AsMemory(_to), cancellationToken).ConfigureAwait(false);
        _to += read;
        return read > 0;
    }

    private static byte[] Began(ReadOnlyMemory<byte> begun)
    {
        var buffer = new byte[Math.Max(Room, begun.Length)];
        begun.CopyTo(buffer);
        return buffer;
    }

    private static InvalidDataException Wrong() => new("The chunks of the answer are not HTTP's.");
}
