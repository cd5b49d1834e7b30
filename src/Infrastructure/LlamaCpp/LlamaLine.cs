using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// The way to a llama-server for questions whose answers are streams, each over a connection of its own: llama-server closes it after every
/// stream. HttpClient would connect in another thread and answer in a third, and the first token would wait for both. The connection for the next
/// question is made when an answer has ended; llama-server keeps it for some seconds.
/// </summary>
internal sealed class LlamaLine(int port, string key) : IDisposable
{
    /// <summary>A listener on this machine takes a connection at once, or it hangs.</summary>
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);

    private LlamaConnection? _next;
    private volatile bool _isPreparing;
    private volatile bool _isClosed;

    /// <summary>Bytes of the last answer's head, which comes alone: waking for it would take a processor from the first token.</summary>
    private volatile int _head;

    /// <summary>The next question finds a connection that is there and listened to.</summary>
    public bool IsReady => Volatile.Read(ref _next) is { IsQuiet: true };

    /// <summary>Puts a question, and returns when the head of the answer is there.</summary>
    /// <param name="path">Begins with a slash.</param>
    /// <param name="json">The question; not changed before this has returned.</param>
    /// <exception cref="IOException">Nobody listens, or the connection broke.</exception>
    /// <exception cref="InvalidDataException">What came is no answer.</exception>
    public async Task<LlamaReply> AskAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var question = Question(path, json.Span);
        var next = Interlocked.Exchange(ref _next, null);
        if (next is { IsQuiet: true })
        {
            try
            {
                return await AskAsync(next, question, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException) when (!next.Answers)
            {
                // llama-server had waited long enough, and closed it as the question came: it may be there still.
            }
        }

        next?.Dispose();
        return await AskAsync(await ConnectAsync(cancellationToken).ConfigureAwait(false), question, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _isClosed = true;
        Interlocked.Exchange(ref _next, null)?.Dispose();
    }

    private async Task<LlamaReply> AskAsync(LlamaConnection connection, byte[] question, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SayAsync(question, cancellationToken).ConfigureAwait(false);
            var reply = await LlamaReply.ReadAsync(connection, Prepare, cancellationToken).ConfigureAwait(false);
            _head = reply.HeadLength;
            return reply;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Elsewhere, for somebody waits for the end of the answer too.</summary>
    private void Prepare()
    {
        if (_isClosed || IsReady || Interlocked.Exchange(ref _isPreparing, true))
            return;
        _ = Task.Run(PrepareAsync);
    }

    private async Task PrepareAsync()
    {
        try
        {
            var next = await ConnectAsync(CancellationToken.None).ConfigureAwait(false);
            next.Listen();
            Interlocked.Exchange(ref _next, next)?.Dispose();
            if (_isClosed)
                Dispose();
        }
        catch (IOException)
        {
            // Whoever asks next finds out, and says so.
        }
        finally
        {
            _isPreparing = false;
        }
    }

    private async ValueTask<LlamaConnection> ConnectAsync(CancellationToken cancellationToken)
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

            var connection = new LlamaConnection(socket);
            if (LlamaConnection.MayWait)
                connection.WakeAt(_head + 1);
            return connection;
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
