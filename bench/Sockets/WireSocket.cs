using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MeatLizard.Bench.Sockets;

/// <summary>
/// A WebSocket by hand. On a machine that the client shares with the server, a costly client would make every server look alike. For one
/// reader and one writer.
/// </summary>
internal sealed class WireSocket : IDisposable
{
    private const byte Text = 0x81;
    private const byte Close = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8A;
    private const byte Masked = 0x80;
    private const int MaskLength = 4;
    private const int ShortLength = 125;
    private const int MediumLength = 126;

    private readonly Socket _socket;
    private byte[] _buffer;
    private int _start;
    private int _end;

    private WireSocket(Socket socket, int room) => (_socket, _buffer) = (socket, new byte[room]);

    /// <param name="key">Null where nobody asks for one.</param>
    /// <param name="room">Bytes that are read at once; it grows where a message is longer.</param>
    public static async Task<WireSocket> Open(int port, string path, string? key, int room, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var open = new WireSocket(socket, room);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n"
                    + (key is null ? "" : $"Authorization: Bearer {key}\r\n")
                    + "\r\n"),
                cancellationToken);
            await open.TakeUp(cancellationToken);
            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>A text message as it goes over the line.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> text) => Frame(text, Text);

    /// <param name="frames">One or more, of <see cref="Frame(ReadOnlySpan{byte})"/>.</param>
    public async ValueTask Send(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        while (frames.Length > 0)
        {
            frames = frames[await _socket.SendAsync(frames, cancellationToken)..];
        }
    }

    /// <returns>The next text message; it is there until the next one is asked for.</returns>
    /// <exception cref="IOException">The other end has closed, or says what nobody expects here.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Receive(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!TryFrame(out var first, out var body, out var length))
            {
                await Read(length, cancellationToken);
                continue;
            }

            var payload = _buffer.AsMemory(_start + body, length - body);
            _start += length;
            switch (first)
            {
                case Text:
                    return payload;
                case Close:
                    throw new IOException($"The socket was closed: {Encoding.UTF8.GetString(payload.Span[Math.Min(2, payload.Length)..])}");
                case Ping:
                    await Send(Frame(payload.Span, Pong), cancellationToken);
                    continue;
                default:
                    continue;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Frame(ReadOnlySpan<byte> text, byte kind)
    {
        var extended = text.Length > ShortLength;
        var head = (extended ? 4 : 2) + MaskLength;
        var frame = new byte[head + text.Length];
        frame[0] = kind;
        if (extended)
        {
            frame[1] = Masked | MediumLength;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)text.Length));
        }
        else
        {
            frame[1] = (byte)(Masked | text.Length);
        }

        // The mask is of zeros, which leaves the text as it is.
        text.CopyTo(frame.AsSpan(head));
        return frame;
    }

    /// <param name="body">Where in the frame its payload begins.</param>
    /// <param name="length">Of the whole frame, as far as it can be told.</param>
    private bool TryFrame(out byte first, out int body, out int length)
    {
        var there = _buffer.AsSpan(_start, _end - _start);
        (first, body, length) = (0, 2, 2);
        if (there.Length < length)
        {
            return false;
        }

        first = there[0];
        int payload = there[1];
        if (payload > ShortLength)
        {
            body = payload == MediumLength ? 4 : 10;
            length = body;
            if (there.Length < body)
            {
                return false;
            }

            payload = payload == MediumLength
                ? BinaryPrimitives.ReadUInt16BigEndian(there[2..])
                : checked((int)BinaryPrimitives.ReadUInt64BigEndian(there[2..]));
        }

        length = body + payload;
        return there.Length >= length;
    }

    /// <param name="needed">So much must fit from where the next frame begins.</param>
    private async ValueTask Read(int needed, CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, needed);
        }

        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read > 0 ? read : throw new IOException("The connection was closed.");
    }

    private async Task TakeUp(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await Read(_end + 1, cancellationToken);
        }

        if (!_buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 101 "u8))
        {
            throw new IOException(Encoding.UTF8.GetString(_buffer, 0, _end));
        }

        _start = end + 4;
    }
}
