using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Bench;

/// <summary>
/// Calls over connections that stay open, each the next as soon as the last is answered. Bare sockets: on a machine that the client
/// shares with the server, a costly client would make every server look alike.
/// </summary>
internal static class LoadClient
{
    public static byte[] Get(ProductHost host, string path) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {host.Key}\r\n\r\n");

    public static byte[] Post(ProductHost host, string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {host.Key}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>A question to whoever speaks OpenAI's API.</summary>
    public static byte[] Ask(string key, string json, params (string Name, string Value)[] headers) => Encoding.UTF8.GetBytes(
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        + string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"))
        + $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>All calls, shared out among the connections.</summary>
    /// <returns>Answers a second.</returns>
    public static Task<double> Run(int port, int connections, byte[][] calls, int status, CancellationToken cancellationToken)
    {
        var next = -1;
        return Run(port, connections, () => Interlocked.Increment(ref next) is var i && i < calls.Length ? calls[i] : null, status, cancellationToken);
    }

    /// <summary>The same call over and over.</summary>
    /// <param name="span">After which none is begun any more.</param>
    /// <returns>Answers a second.</returns>
    public static Task<double> Run(
        int port, int connections, byte[] call, int status, TimeSpan span, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return Run(port, connections, () => Stopwatch.GetElapsedTime(started) < span ? call : null, status, cancellationToken);
    }

    /// <param name="next">The next call; null when there is none.</param>
    private static async Task<double> Run(int port, int connections, Func<byte[]?> next, int status, CancellationToken cancellationToken)
    {
        var sockets = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Connect(port, cancellationToken)));
        try
        {
            var started = Stopwatch.GetTimestamp();
            var answered = await Task.WhenAll(sockets.Select(socket => Task.Run(
                async () =>
                {
                    var buffer = new byte[16 * 1024];
                    var answers = 0;
                    while (next() is { } call)
                    {
                        await Call(socket, call, buffer, status, cancellationToken);
                        answers++;
                    }

                    return answers;
                },
                cancellationToken)));
            return answered.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            foreach (var socket in sockets)
            {
                socket.Dispose();
            }
        }
    }

    private static async Task<Socket> Connect(int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        return socket;
    }

    private static async Task Call(Socket socket, byte[] call, byte[] buffer, int status, CancellationToken cancellationToken)
    {
        await socket.SendAsync(call, cancellationToken);
        var length = 0;
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length = read > 0 ? length + read : throw new IOException("The connection was closed.");
        }
        while (!IsWhole(buffer.AsSpan(0, length)));

        if (!buffer.AsSpan(0, length).StartsWith(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} ")))
        {
            throw new HttpRequestException(Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..end];
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at < 0)
        {
            // As Node writes it.
            at = head.IndexOf("\r\ncontent-length: "u8);
        }

        if (at < 0)
        {
            return answer.EndsWith("0\r\n\r\n"u8);
        }

        _ = System.Buffers.Text.Utf8Parser.TryParse(head[(at + "\r\nContent-Length: "u8.Length)..], out int size, out _);
        return answer.Length >= end + 4 + size;
    }
}
