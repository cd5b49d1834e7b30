using System.Globalization;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// What llama-server answers to one question, as HTTP/1.1. Disposing of it closes the connection, which frees the slot. Whoever reads it may say
/// how much is to be there before they are woken.
/// </summary>
internal sealed class LlamaReply : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly LlamaConnection _connection;
    private readonly Action _ended;

    private LlamaReply(LlamaConnection connection, Action ended, int headLength, int status, Stream body, int? length)
    {
        (_connection, _ended, HeadLength, Status, Body, Length) = (connection, ended, headLength, status, body, length);
    }

    /// <summary>Bytes.</summary>
    public int HeadLength { get; }

    /// <summary>HTTP's.</summary>
    public int Status { get; }

    /// <summary>Bytes; null when they come until the end.</summary>
    public int? Length { get; }

    /// <summary>As it was before it was cut into chunks. A connection that ends in the middle is an <see cref="IOException"/>.</summary>
    public Stream Body { get; }

    /// <param name="connection">Has heard its question; the reply's own once this has returned.</param>
    /// <param name="ended">Called when the reply is disposed of.</param>
    public static async Task<LlamaReply> ReadAsync(LlamaConnection connection, Action ended, CancellationToken cancellationToken)
    {
        var buffer = connection.Begun;
        var filled = await connection.HearAsync(cancellationToken).ConfigureAwait(false);
        if (LlamaConnection.MayWait)
            connection.WakeAt(1);
        int end;
        for (var read = filled; (end = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) < 0; filled += read)
        {
            if (read == 0)
                throw new IOException("The connection was closed before an answer came.");
            if (filled == buffer.Length)
                throw new InvalidDataException("The head of the answer has no end.");
            read = await connection.Rest.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
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

        var head = end + EndOfHead.Length;
        var body = new HttpBody(connection.Rest, buffer.AsMemory(head..filled), isChunked, length);
        return new(connection, ended, head, StatusIn(lines[0]), body, isChunked ? null : length);
    }

    /// <inheritdoc cref="LlamaConnection.WakeAt"/>
    public void WakeAt(int bytes) => _connection.WakeAt(bytes);

    public void Dispose()
    {
        _connection.Dispose();
        _ended();
    }

    /// <summary><c>HTTP/1.1 200 OK</c>.</summary>
    private static int StatusIn(string line) =>
        line.StartsWith("HTTP/1.", StringComparison.Ordinal)
        && line.Split(' ') is [_, var status, ..]
        && int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : throw Wrong();

    private static InvalidDataException Wrong() => new("The head of the answer is not HTTP's.");
}
