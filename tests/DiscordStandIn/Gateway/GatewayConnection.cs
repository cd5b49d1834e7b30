using System.IO.Compression;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>One client's line: payloads go out in order, through its own zlib stream when it asked for that.</summary>
internal sealed class GatewayConnection(WebSocket socket, bool compressed, GatewayHub hub, Action cut) : IDisposable
{
    private static readonly TimeSpan WaitForClose = TimeSpan.FromSeconds(5);

    private readonly Channel<Outbound> _outbox = System.Threading.Channels.Channel.CreateUnbounded<Outbound>();
    private readonly CancellationTokenSource _gone = new();
    private readonly MemoryStream _packed = new();
    private ZLibStream? _zlib;
    private byte[]? _held;

    public GatewaySession? Session { get; set; }

    /// <summary>The client came to the address that READY names.</summary>
    public bool AtResumeAddress { get; init; }

    /// <summary>Unlike any other of this process.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    public DateTimeOffset LastHeartbeat { get; set; }

    /// <summary>Nothing goes out any more and nothing that comes in is answered, but the line stays.</summary>
    public bool HalfOpen { get; set; }

    public bool WithholdsAcks { get; set; }

    /// <summary>So many of the next dispatches are sent twice.</summary>
    public int ToDuplicate { get; set; }

    /// <summary>So many of the next dispatches are overtaken by the one after them.</summary>
    public int ToSwap { get; set; }

    public void Send(int op, System.Text.Json.Nodes.JsonNode? data) => Queue(Payload.Of(op, data));

    public void SendDispatch(byte[] payload, bool mayBeDisturbed)
    {
        if (mayBeDisturbed && _held is null && ToSwap > 0)
        {
            ToSwap--;
            _held = payload;
            return;
        }

        Queue(payload);
        if (mayBeDisturbed && ToDuplicate > 0)
        {
            ToDuplicate--;
            Queue(payload);
        }

        if (_held is { } held)
        {
            _held = null;
            Queue(held);
        }
    }

    /// <summary>Ends the connection once everything before it has gone out.</summary>
    public void Close(int code) =>
        _ = _outbox.Writer.TryWrite(new Outbound([], hub.Due()) { CloseCode = code, Reason = CloseCode.Reason(code) });

    /// <summary>As if somebody had pulled the cable out, with an RST.</summary>
    public void Cut()
    {
        _ = _outbox.Writer.TryComplete();
        _gone.Cancel();
        cut();
    }

    /// <summary>Until the line is gone.</summary>
    public async Task Run(Action<GatewayConnection, byte[]> receive)
    {
        var writing = Write();
        int? code = null;
        try
        {
            while (await Read() is { } payload)
            {
                await hub.Wait(_gone.Token);
                if (!HalfOpen)
                    receive(this, payload);
            }

            code = (int?)socket.CloseStatus;
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException)
        {
            // The line is gone, which is what this loop waits for.
        }

        _ = _outbox.Writer.TryComplete();
        if (code is not null)
            await Goodbye(code.Value);
        await _gone.CancelAsync();
        await writing;
        hub.Left(this, code);
    }

    public void Dispose()
    {
        _gone.Dispose();
        _zlib?.Dispose();
        _packed.Dispose();
    }

    private void Queue(byte[] payload) => _ = _outbox.Writer.TryWrite(new Outbound(payload, hub.Due()));

    /// <returns>A whole message; null when the client has closed.</returns>
    private async Task<byte[]?> Read()
    {
        using var message = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), _gone.Token);
            if (read.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, read.Count);
            if (message.Length > GatewayHub.LargestPayload)
                Close(CloseCode.DecodeError);
            if (read.EndOfMessage)
                return message.ToArray();
        }
    }

    private async Task Write()
    {
        try
        {
            await foreach (var next in _outbox.Reader.ReadAllAsync(_gone.Token))
            {
                await hub.WaitUntil(next.Due, _gone.Token);
                if (HalfOpen)
                    await Task.Delay(Timeout.Infinite, _gone.Token);
                if (next.CloseCode is { } code)
                {
                    hub.Hangs(this, code);
                    await socket.CloseOutputAsync((WebSocketCloseStatus)code, next.Reason, _gone.Token);
                    _gone.CancelAfter(WaitForClose);
                    return;
                }

                if (compressed)
                    await socket.SendAsync(Pack(next.Payload), WebSocketMessageType.Binary, endOfMessage: true, _gone.Token);
                else
                    await socket.SendAsync(next.Payload, WebSocketMessageType.Text, endOfMessage: true, _gone.Token);
            }
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The reader notices it too.
        }
    }

    private ReadOnlyMemory<byte> Pack(byte[] payload)
    {
        _zlib ??= new ZLibStream(_packed, CompressionLevel.Fastest, leaveOpen: true);
        _packed.SetLength(0);
        _zlib.Write(payload);
        _zlib.Flush();
        return _packed.ToArray();
    }

    private async Task Goodbye(int code)
    {
        try
        {
            if (HalfOpen)
                await Task.Delay(Timeout.Infinite, _gone.Token);
            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, "", _gone.Token);
        }
        catch (Exception lost) when (lost is WebSocketException or OperationCanceledException or IOException or ArgumentException)
        {
            // It left without waiting for the answer.
        }
    }
}
