using System.Buffers;
using System.IO.Compression;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>All that comes over one connection is one zlib stream, flushed after each payload.</summary>
internal sealed class GatewayInflater : IDisposable
{
    private const int Most = 64 * 1024 * 1024;
    private const int Piece = 16 * 1024;

    private readonly MemoryStream _deflated = new();
    private readonly ZLibStream _zlib;
    private readonly ArrayBufferWriter<byte> _inflated = new(Piece);

    public GatewayInflater() => _zlib = new(_deflated, CompressionMode.Decompress);

    private static ReadOnlySpan<byte> Flush => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>The payload that these bytes end; empty when more of them must come first. Valid until the next call.</summary>
    /// <exception cref="InvalidDataException">No zlib stream, or an absurdly large payload.</exception>
    public ReadOnlyMemory<byte> Inflate(ReadOnlySpan<byte> bytes)
    {
        _deflated.Seek(0, SeekOrigin.End);
        _deflated.Write(bytes);
        if (!EndsWithFlush())
        {
            return default;
        }

        _deflated.Position = 0;
        _inflated.ResetWrittenCount();
        while (_zlib.Read(_inflated.GetSpan(Piece)) is > 0 and var length)
        {
            _inflated.Advance(length);
            if (_inflated.WrittenCount > Most)
            {
                throw new InvalidDataException("A payload of the gateway is too large.");
            }
        }

        _deflated.SetLength(0);
        return _inflated.WrittenMemory;
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _deflated.Dispose();
    }

    private bool EndsWithFlush() =>
        _deflated.Length >= Flush.Length
        && _deflated.GetBuffer().AsSpan((int)_deflated.Length - Flush.Length, Flush.Length).SequenceEqual(Flush);
}
