using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using MeatLizard.Infrastructure.Relay.Frames;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// Frames over a WebSocket: one binary message for each. Writing goes through a short queue, so that who speaks never waits for the
/// network for long; reading waits for the reader, and so in the end does the other end.
/// </summary>
internal sealed class FrameSocket(WebSocket socket) : IAsyncDisposable
{
    /// <summary>Frames under way to the network.</summary>
    private const int Room = 1024;

    /// <summary>With so many waiting, the largest order, of 16 MiB, still fits; and a few that are queued at the same moment.</summary>
    private const int RoomForOrders = Room / 4;

    private readonly Channel<byte[]> _outgoing = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly CancellationTokenSource _cut = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>Why the other end has ended the connection, in its words; null when it has not said so.</summary>
    public string? Refusal => socket is { CloseStatus: WebSocketCloseStatus.PolicyViolation, CloseStatusDescription: { Length: > 0 } said } ? said : null;

    /// <summary>From here on what is queued is sent.</summary>
    public void Start() => _writing = Write(_cut.Token);

    /// <summary>Whether so little waits that an order of any size can be queued.</summary>
    public bool HasRoomForOrders => _outgoing.Reader.Count <= RoomForOrders;

    /// <summary>False when the other end is too slow, or gone.</summary>
    public bool TryQueue(byte[] frame) => _outgoing.Writer.TryWrite(frame);

    /// <summary>Waits for room in the queue.</summary>
    /// <exception cref="ChannelClosedException">The connection is gone.</exception>
    public ValueTask Queue(byte[] frame, CancellationToken cancellationToken) => _outgoing.Writer.WriteAsync(frame, cancellationToken);

    public Task SendText(string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>A short text message.</summary>
    /// <returns>Null when something else came.</returns>
    public async Task<string?> ReceiveText(CancellationToken cancellationToken)
    {
        var buffer = new byte[128];
        var result = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return result is { MessageType: WebSocketMessageType.Text, EndOfMessage: true } ? Encoding.ASCII.GetString(buffer, 0, result.Count) : null;
    }

    /// <summary>The next frame into the buffer, which has room for the largest one.</summary>
    /// <returns>Its length; -1 at the end, which is also what anything that is no frame comes to.</returns>
    public async ValueTask<int> Receive(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer[length..], cancellationToken);
            length += result.Count;
            if (result.MessageType != WebSocketMessageType.Binary || (!result.EndOfMessage && length == buffer.Length))
            {
                return -1;
            }

            if (result.EndOfMessage)
            {
                return length;
            }
        }
    }

    /// <summary>One byte more than any frame has, so that one that is too long is seen to be.</summary>
    public static byte[] Buffer() => new byte[Frame.LargestFrame + 1];

    /// <summary>Says why, if the other end still listens, and ends the connection.</summary>
    public async Task Close(WebSocketCloseStatus status, string reason)
    {
        _outgoing.Writer.TryComplete();
        await _cut.CancelAsync();
        await _writing;
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                // Waits for the other end's word: a connection that is torn down at once takes ours with it.
                await socket.CloseAsync(status, reason, patience.Token);
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
            {
                // Then it need not be told.
            }
        }

        socket.Abort();
    }

    /// <summary>Ends the connection at once; whoever reads from it finds out.</summary>
    public void Abort()
    {
        _outgoing.Writer.TryComplete();
        socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await _cut.CancelAsync();
        await _writing;
        _cut.Dispose();
        socket.Dispose();
    }

    private async Task Write(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The reading end ends the connection; here there is nobody left to send to.
            _outgoing.Writer.TryComplete();
        }
    }
}
