using System.Net;
using System.Net.WebSockets;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>The worker's end of one connection.</summary>
internal sealed class LinkLine : IAsyncDisposable
{
    private readonly FrameSocket _socket;
    private readonly CarrierTerms _terms;
    private readonly OutgoingStreams _streams;
    private readonly byte[] _buffer = FrameSocket.Buffer();

    private LinkLine(FrameSocket socket, CarrierTerms terms, RelayKeys keys)
    {
        _socket = socket;
        _terms = terms;
        SealedBy = keys.Current;
        _streams = new(() => FrameSealer.ToServer(SealedBy, terms));
    }

    /// <summary>The root that this end proves itself by.</summary>
    public RelayRoot SealedBy { get; }

    /// <summary>Whether the server has taken the hello: before that it hears nothing else.</summary>
    public bool IsWelcome { get; private set; }

    /// <summary>Why the server has ended it; null when it was lost, or ended without a word.</summary>
    public string? Refusal => _socket.Refusal;

    /// <exception cref="LinkException">The server could not be reached, or did not want this worker.</exception>
    public static async Task<LinkLine> Dial(LinkOptions options, RelayKeys keys, HttpMessageInvoker way, CancellationToken cancellationToken)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol(LinkProtocol.Name);
        client.Options.KeepAliveInterval = LinkProtocol.WorkerPingsAfter;
        client.Options.KeepAliveTimeout = LinkProtocol.PongWithin;
        client.Options.CollectHttpResponseDetails = true;
        var socket = new FrameSocket(client);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(LinkProtocol.DialWithin);
        try
        {
            await client.ConnectAsync(Address(options), way, late.Token);
            if (await socket.ReceiveText(late.Token) is not { } greeting
                || !greeting.StartsWith(LinkProtocol.Greeting, StringComparison.Ordinal)
                || greeting.Length != LinkProtocol.Greeting.Length + LinkProtocol.ConnectionIdLength)
            {
                throw new LinkException("What answers there is no MeatLizard server, or one of another version.");
            }

            socket.Start();
            return new(socket, CarrierTerms.Link(greeting[LinkProtocol.Greeting.Length..]), keys);
        }
        catch (Exception failed) when (failed is WebSocketException or HttpRequestException or IOException or LinkException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var status = client.HttpStatusCode;
            await socket.DisposeAsync();
            throw failed as LinkException ?? new LinkException(Reason(options, status, failed));
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    public async ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        if (!IsWelcome && message is not Hello)
        {
            return;
        }

        foreach (var frame in _streams.Seal(message))
        {
            await _socket.Queue(frame, cancellationToken);
        }
    }

    /// <summary>Null when the connection has ended.</summary>
    public async Task<ToWorker?> Receive(FrameOpener opener, CancellationToken cancellationToken)
    {
        while (await _socket.Receive(_buffer, cancellationToken) is >= 0 and var length)
        {
            if (opener.TryOpen(_buffer.AsSpan(0, length), _terms.Binding, out var message) == FrameOutcome.Opened && message is ToWorker said)
            {
                IsWelcome |= said is Welcome;
                return said;
            }
        }

        return null;
    }

    /// <summary>Ends the connection at once; whoever receives from it finds out.</summary>
    public void Cut() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        _streams.Dispose();
    }

    private static Uri Address(LinkOptions options) => new UriBuilder(options.Server)
    {
        Scheme = options.Server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        Path = options.Server.AbsolutePath.TrimEnd('/') + LinkProtocol.Path,
        Query = $"worker={Uri.EscapeDataString(options.Worker.Value)}",
    }.Uri;

    private static string Reason(LinkOptions options, HttpStatusCode status, Exception failed) => status switch
    {
        HttpStatusCode.Forbidden => $"{options.Server} does not know this worker, or not any more. Enrol it with a new code.",
        HttpStatusCode.ProxyAuthenticationRequired => "The proxy wants a name and a password. Give them in the proxy's address.",
        HttpStatusCode.ServiceUnavailable => $"{options.Server} is there and cannot take this worker now.",
        not 0 and not HttpStatusCode.SwitchingProtocols => $"{options.Server} answered {(int)status} where a link was expected.",
        _ => failed is OperationCanceledException
            ? $"{options.Server} did not answer in time."
            : $"{options.Server} cannot be reached: {failed.GetBaseException().Message}",
    };
}
