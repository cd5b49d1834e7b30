using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>One connection to the gateway, in payloads.</summary>
internal sealed class GatewaySocket(TimeProvider time) : IDisposable
{
    /// <summary>After 1000 and 1001 Discord would forget the session.</summary>
    public const int KeepSession = 4000;

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket = new();
    private readonly GatewayInflater _inflater = new();
    private readonly GatewaySendBudget _budget = new(time);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _piece = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> _message = new();
    private int _isClosed;

    /// <summary>Once the other side has closed.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    public Task Connect(Uri url, HttpMessageInvoker way, CancellationToken cancellationToken)
    {
        // Pings of the socket's own say nothing about a gateway that is stuck behind it; its heartbeats do.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        return _socket.ConnectAsync(url, way, cancellationToken);
    }

    /// <summary>Null when the other side has closed.</summary>
    public async Task<WirePayload?> Receive(CancellationToken cancellationToken)
    {
        while (true)
        {
            _message.ResetWrittenCount();
            ValueWebSocketReceiveResult got;
            do
            {
                got = await _socket.ReceiveAsync(_piece.AsMemory(), cancellationToken);
                _message.Write(_piece.AsSpan(0, got.Count));
            }
            while (!got.EndOfMessage);

            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var payload = got.MessageType == WebSocketMessageType.Text ? _message.WrittenMemory : _inflater.Inflate(_message.WrittenSpan);
            if (payload.Length > 0)
            {
                return JsonSerializer.Deserialize(payload.Span, DiscordJson.Default.WirePayload);
            }
        }
    }

    public async Task Send<T>(T payload, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(payload, type);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _budget.Take(cancellationToken);
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says so to the other side if it still hears, and does not wait for its answer.</summary>
    public async Task Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1)
        {
            return;
        }

        using var late = new CancellationTokenSource(CloseWithin, time);
        try
        {
            // Not given back: nothing is sent after the close.
            await _sending.WaitAsync(late.Token);
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync((WebSocketCloseStatus)KeepSession, null, late.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It is being given up anyway.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _inflater.Dispose();
        _sending.Dispose();
    }
}
