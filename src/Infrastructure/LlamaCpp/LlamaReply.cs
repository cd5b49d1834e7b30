using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// What llama-server answers to one question, as HTTP/1.1. Disposing of it closes the connection, which frees the slot. Whoever reads it may say
/// how much is to be there before they are woken.
/// </summary>
internal sealed class LlamaReply : IDisposable
{
    private const int LongestHead = 16 * 1024;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly NetworkStream _connection;

    private LlamaReply(NetworkStream connection, int status, Stream body, int? length)
    {
        (_connection, Status, Body, Length) = (connection, status, body, length);
    }

    /// <summary>
    /// Linux alone keeps this promise; where a graphics processor generates, as on a Mac, nobody is disturbed by those who are woken for every word.
    /// </summary>
    public static bool MayWait { get; } = OperatingSystem.IsLinux();

    /// <summary>HTTP's.</summary>
    public int Status { get; }

    /// <summary>Bytes; null when they come until the end.</summary>
    public int? Length { get; }

    /// <summary>As it was before it was cut into chunks. A connection that ends in the middle is an <see cref="IOException"/>.</summary>
    public Stream Body { get; }

    public static async Task<LlamaReply> ReadAsync(NetworkStream connection, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestHead];
        var filled = 0;
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) < 0)
        {
            if (filled == buffer.Length)
                throw new InvalidDataException("The head of the answer has no end.");
            var read = await connection.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new IOException("The connection was closed before an answer came.");
            filled += read;
        }

        var lines = Encoding.ASCII.GetString(buffer, 0, end).Split("\r\n");
        var (length, isChunked) = (default(int?), false);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                length = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : throw Wrong();
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                isChunked = value.Equals("chunked", StringComparison.OrdinalIgnoreCase) ? true : throw Wrong();
        }

        var begun = buffer.AsMemory((end + EndOfHead.Length)..filled);
        return new(connection, StatusIn(lines[0]), new HttpBody(connection, begun, isChunked, length), isChunked ? null : length);
    }

    /// <summary>From now on a reader is woken when so many bytes are there, or the answer has ended; at once when they are there already.</summary>
    public void WakeAt(int bytes)
    {
        try
        {
            _connection.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // The answer has ended meanwhile: whoever reads finds out.
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary><c>HTTP/1.1 200 OK</c>.</summary>
    private static int StatusIn(string line) =>
        line.StartsWith("HTTP/1.", StringComparison.Ordinal)
        && line.Split(' ') is [_, var status, ..]
        && int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw Wrong();

    private static InvalidDataException Wrong() => new("The head of the answer is not HTTP's.");
}
