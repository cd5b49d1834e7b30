using System.Buffers;
using System.Net.WebSockets;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>
/// What comes in on a socket, whole. A message takes memory from its first fragment on, so it must be at its end before long.
/// </summary>
internal sealed class SocketInbox(WebSocket socket, TimeProvider time)
{
    private const int LargestMessage = 1024 * 1024;

    /// <summary>Bytes that are there for a message while none comes: most sockets are silent most of the time.</summary>
    private const int Waiting = 256;

    private const int More = 4096;

    private static readonly TimeSpan WholeWithin = TimeSpan.FromSeconds(30);

    /// <summary>With what the socket is to be closed, when what came in is why.</summary>
    public (int Code, string Reason)? Fault { get; private set; }

    /// <returns>The next message; null when there is none after this.</returns>
    public async Task<byte[]?> Next(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await Next(late, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Refuse(WebSocketCloseStatus.PolicyViolation, "a message is whole 30 seconds after its beginning");
        }
    }

    private async Task<byte[]?> Next(CancellationTokenSource late, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        for (var isFirst = true; ; isFirst = false)
        {
            var result = await Receive(message.GetMemory(isFirst ? Waiting : More), cancellationToken);
            message.Advance(result.Count);
            if (result.MessageType != WebSocketMessageType.Text)
            {
                return result.MessageType == WebSocketMessageType.Close
                    ? null
                    : Refuse(WebSocketCloseStatus.InvalidMessageType, "text only");
            }

            if (message.WrittenCount > LargestMessage)
            {
                return Refuse(WebSocketCloseStatus.MessageTooBig, "a message has at most 1 MiB");
            }

            if (result.EndOfMessage)
            {
                return message.WrittenSpan.ToArray();
            }

            if (isFirst)
            {
                late.CancelAfter(WholeWithin);
            }
        }
    }

    // A receive that is cancelled tears the socket down, and the other end would never read why it is closed. So it is left alone.
    private async ValueTask<ValueWebSocketReceiveResult> Receive(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var receiving = socket.ReceiveAsync(buffer, CancellationToken.None).AsTask();
        try
        {
            return await receiving.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!receiving.IsCompleted)
        {
            _ = receiving.ContinueWith(
                static left =>
                    _ = left.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private byte[]? Refuse(WebSocketCloseStatus code, string reason)
    {
        Fault = ((int)code, reason);
        return null;
    }
}
