using System.Net.WebSockets;
using System.Threading.Channels;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>
/// What is still to be sent on a socket, written by one hand. A reader who falls behind what happens is not waited for: the socket is
/// closed with 4008, and what they missed is read again from the table, at their own pace (<see cref="Room"/>).
/// </summary>
internal sealed class SocketOutbox(WebSocket socket, TimeProvider time, int capacity) : IDisposable
{
    public const int Capacity = 1024 * 1024;
    public const int TooFarBehind = 4008;

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(10);

    private readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly CancellationTokenSource _overflow = new();

    // Whoever reads nothing at all holds up what is being sent, and the close behind it, until this fires.
    private readonly CancellationTokenSource _givenUp = new(Timeout.InfiniteTimeSpan, time);
    private TaskCompletionSource? _room;
    private long _waiting;

    /// <summary>Fires when the reader has fallen too far behind.</summary>
    public CancellationToken Overflow => _overflow.Token;

    /// <summary>Queues a frame, or drops it when the socket is lost anyway.</summary>
    public void Post(byte[] frame)
    {
        if (_overflow.IsCancellationRequested)
        {
            return;
        }

        if (Interlocked.Add(ref _waiting, frame.Length) > capacity)
        {
            _givenUp.CancelAfter(CloseWithin);
            _overflow.Cancel();
            return;
        }

        _ = _frames.Writer.TryWrite(frame);
    }

    /// <summary>Waits until there is room again for half of what may wait: for what lies in the table, and need not lie here as well.</summary>
    public async ValueTask Room(CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref _waiting) > capacity / 2)
        {
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var room = Interlocked.CompareExchange(ref _room, made, null) ?? made;

            // What was sent before somebody waited has told nobody.
            if (Interlocked.Read(ref _waiting) > capacity / 2)
            {
                await room.Task.WaitAsync(cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _overflow.Dispose();
        _givenUp.Dispose();
    }

    public void Complete()
    {
        if (!_overflow.IsCancellationRequested)
        {
            _givenUp.CancelAfter(CloseWithin);
        }

        _frames.Writer.TryComplete();
    }

    /// <summary>Sends until completed or overflown, and then closes.</summary>
    public async Task Run(Func<(int Code, string Reason)> close)
    {
        try
        {
            while (await _frames.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (!_overflow.IsCancellationRequested && _frames.Reader.TryRead(out var frame))
                {
                    await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, _givenUp.Token);
                    if (Interlocked.Add(ref _waiting, -frame.Length) <= capacity / 2)
                    {
                        Interlocked.Exchange(ref _room, null)?.TrySetResult();
                    }
                }

                if (_overflow.IsCancellationRequested)
                {
                    break;
                }
            }

            var (code, reason) = _overflow.IsCancellationRequested ? (TooFarBehind, "too far behind: resume") : close();
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, _givenUp.Token);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
