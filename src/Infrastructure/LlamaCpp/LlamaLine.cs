using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The way to a llama-server for questions whose answers are streams, each over a connection of its own: llama-server closes it after every
/// stream. HttpClient would connect in another thread and answer in a third, and the first token would wait for both.
/// </summary>
internal sealed class LlamaLine(int port, string key)
{
    /// <summary>A listener on this machine takes a connection at once, or it hangs.</summary>
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);

    /// <summary>Puts a question, and returns when the head of the answer is there.</summary>
    /// <param name="path">Begins with a slash.</param>
    /// <param name="json">The question; not changed before this has returned.</param>
    /// <exception cref="IOException">Nobody listens, or the connection broke.</exception>
    /// <exception cref="InvalidDataException">What came is no answer.</exception>
    public async Task<LlamaReply> AskAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.WriteAsync(Question(path, json.Span), cancellationToken).ConfigureAwait(false);
            return await LlamaReply.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var there = new IPEndPoint(IPAddress.Loopback, port);
            if (OperatingSystem.IsLinux())
            {
                // In this thread: on loopback Linux has both ends connected before it returns, and this limit is also one for connecting.
                socket.SendTimeout = (int)ConnectWithin.TotalMilliseconds;
                socket.Connect(there);
            }
            else
            {
                using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                late.CancelAfter(ConnectWithin);
                await socket.ConnectAsync(there, late.Token).ConfigureAwait(false);
            }
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception nobody) when (nobody is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new IOException("llama-server takes no connection.", nobody);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private byte[] Question(string path, ReadOnlySpan<byte> json)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\nConnection: close\r\n\r\n");
        var question = new byte[head.Length + json.Length];
        _ = Encoding.ASCII.GetBytes(head, question);
        json.CopyTo(question.AsSpan(head.Length));
        return question;
    }
}
