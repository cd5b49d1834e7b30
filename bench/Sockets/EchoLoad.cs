using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MeatLizard.Bench.Sockets;

/// <summary>What the bare echo gives on as many sockets, with messages as long as the product's.</summary>
/// <param name="length">Bytes of a message.</param>
internal sealed class EchoLoad(BareHost echo, int length)
{
    private const int Sockets = EventFeed.Sockets;
    private const int Room = 64 * 1024;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>As fast as it comes.</summary>
    /// <param name="underWay">Messages on each socket that are not back yet.</param>
    /// <returns>Messages a second, each there and back.</returns>
    public async Task<double> Rate(int underWay, TimeSpan span, CancellationToken cancellationToken)
    {
        var sockets = await Open(cancellationToken);
        try
        {
            var message = Message(0);
            var started = Stopwatch.GetTimestamp();
            var echoed = await Task.WhenAll(sockets.Select(socket => Task.Run(
                async () =>
                {
                    for (var i = 0; i < underWay; i++)
                    {
                        await socket.Send(message, cancellationToken);
                    }

                    var (back, waiting) = (0, underWay);
                    while (waiting > 0)
                    {
                        _ = await socket.Receive(cancellationToken);
                        back++;
                        if (Stopwatch.GetElapsedTime(started) < span)
                        {
                            await socket.Send(message, cancellationToken);
                        }
                        else
                        {
                            waiting--;
                        }
                    }

                    return back;
                },
                cancellationToken)));
            return echoed.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            Close(sockets);
        }
    }

    /// <summary>So many messages a second, whatever comes of them.</summary>
    /// <returns>How long each was under way, as <see cref="Stopwatch"/> counts.</returns>
    public async Task<IReadOnlyList<long>> Paced(int perSecond, TimeSpan span, CancellationToken cancellationToken)
    {
        var sockets = await Open(cancellationToken);
        try
        {
            var total = (int)(perSecond * span.TotalSeconds);
            var listening = sockets.Select((socket, index) => Task.Run(
                async () =>
                {
                    var took = new long[total / Sockets + (index < total % Sockets ? 1 : 0)];
                    for (var i = 0; i < took.Length; i++)
                    {
                        var message = await socket.Receive(cancellationToken);
                        took[i] = Stopwatch.GetTimestamp()
                            - (Utf8Parser.TryParse(message.Span, out long said, out _) ? said : throw new InvalidDataException("That is no echo."));
                    }

                    return took;
                },
                cancellationToken)).ToArray();
            using var timer = new PeriodicTimer(Tick);
            var started = Stopwatch.GetTimestamp();
            for (var sent = 0; sent < total;)
            {
                var due = Math.Min(total, (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond));
                for (; sent < due; sent++)
                {
                    await sockets[sent % Sockets].Send(Message(Stopwatch.GetTimestamp()), cancellationToken);
                }

                await timer.WaitForNextTickAsync(cancellationToken);
            }

            return [.. (await Task.WhenAll(listening)).SelectMany(took => took)];
        }
        finally
        {
            Close(sockets);
        }
    }

    private byte[] Message(long now) =>
        WireSocket.Frame(Encoding.ASCII.GetBytes(now.ToString(CultureInfo.InvariantCulture).PadRight(length)));

    private Task<WireSocket[]> Open(CancellationToken cancellationToken) => Task.WhenAll(
        Enumerable.Range(0, Sockets).Select(_ => WireSocket.Open(echo.Port, EchoServer.Path, key: null, Room, cancellationToken)));

    private static void Close(IEnumerable<WireSocket> sockets)
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }
}
