using System.Net.Sockets;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// A way to llama-server for one question at a time, each on a connection of its own. Whoever reads an answer may say how much is to be there
/// before they are woken.
/// </summary>
internal sealed class LlamaLine : IDisposable
{
    private volatile Socket? _socket;

    public LlamaLine(int port, string key)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            ConnectCallback = ConnectAsync,
            // An answer that nobody wants any more is not read to its end: the connection closes, and llama-server frees the slot.
            MaxResponseDrainSize = 0,
        };
        Http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
            Timeout = Timeout.InfiniteTimeSpan,
            // llama-server closes the connection after every stream without announcing it; one that is used again may just be going.
            DefaultRequestHeaders = { Authorization = new("Bearer", key), ConnectionClose = true },
        };
    }

    public HttpClient Http { get; }

    /// <summary>
    /// Linux alone keeps this promise; where a graphics processor generates, as on a Mac, nobody is disturbed by those who are woken for every word.
    /// </summary>
    public static bool MayWait { get; } = OperatingSystem.IsLinux();

    /// <summary>From now on a reader is woken when so many bytes are there, or the answer has ended; at once when they are there already.</summary>
    public void WakeAt(int bytes)
    {
        try
        {
            _socket?.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // The answer has ended meanwhile: whoever reads finds out.
        }
    }

    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        _socket = socket;
        return new NetworkStream(socket, ownsSocket: true);
    }
}
