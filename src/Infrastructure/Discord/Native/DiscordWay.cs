using System.Net;
using System.Net.Sockets;
using System.Reflection;
using MeatLizard.Infrastructure.Security;

namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>The way out, for REST, for downloads and for the gateway: through the proxy if there is one.</summary>
internal sealed class DiscordWay : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly SocketsHttpHandler _handler;

    public DiscordWay(DiscordOptions options)
    {
        _handler = new()
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = ConnectWithin,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = Connect,
            Proxy = OutboundProxy.Through(options.Proxy),
        };
        Invoker = new(_handler, disposeHandler: false);
        Http = new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
    }

    /// <summary>Discord wants an address and a version. The project has no address of its own yet.</summary>
    public static string UserAgent { get; } =
        $"DiscordBot (https://meatlizard.invalid, {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0"})";

    public HttpClient Http { get; }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose()
    {
        Http.Dispose();
        Invoker.Dispose();
        _handler.Dispose();
    }

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A network that has gone away without a word is noticed by the system within half a minute.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
