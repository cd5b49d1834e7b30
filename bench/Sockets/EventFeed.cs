using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace MeatLizard.Bench.Sockets;

/// <summary>The product's sockets, as many as one user may have open, of which each follows the same answers.</summary>
internal sealed class EventFeed : IAsyncDisposable
{
    public const int Sockets = 32;

    private const int Room = 64 * 1024;

    /// <summary>Less than a socket may be behind.</summary>
    private const int FollowedAtOnce = 8;

    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(5);

    private readonly List<WireSocket> _sockets = [];

    public static async Task<EventFeed> Open(ProductHost host, CancellationToken cancellationToken)
    {
        var feed = new EventFeed();
        var started = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0; i < Sockets; i++)
            {
                var socket = await Open(host, started, cancellationToken);
                feed._sockets.Add(socket);

                // It says hello.
                _ = await socket.Receive(cancellationToken);
            }

            return feed;
        }
        catch
        {
            await feed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Answers of the model that says the time, from now to their end.</summary>
    /// <returns>Of each piece of text on each socket when it came, and how long before it was said; as <see cref="Stopwatch"/> counts.</returns>
    public async Task<IReadOnlyList<(long At, long Took)>> Live(IReadOnlyList<Guid> requests, CancellationToken cancellationToken)
    {
        var heard = await Task.WhenAll(_sockets.Select(socket => Task.Run(
            async () =>
            {
                List<(long At, long Took)> pieces = [];
                await Follow(
                    socket,
                    requests,
                    (frame, at) =>
                    {
                        if (SaidAt(frame) is { } said)
                        {
                            pieces.Add((at, at - said));
                        }
                    },
                    cancellationToken);
                return pieces;
            },
            cancellationToken)));
        return [.. heard.SelectMany(pieces => pieces)];
    }

    /// <summary>Answers that have ended, from the first event on, as fast as they come.</summary>
    /// <returns>Events a second of all sockets, and how long one is, in bytes.</returns>
    public async Task<(double Rate, int Length)> Replay(IReadOnlyList<Guid> requests, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var heard = await Task.WhenAll(_sockets.Select(socket => Task.Run(
            async () =>
            {
                var (events, bytes) = (0, 0L);
                foreach (var followed in requests.Chunk(FollowedAtOnce))
                {
                    await Follow(
                        socket,
                        followed,
                        (frame, _) =>
                        {
                            events++;
                            bytes += frame.Length;
                        },
                        cancellationToken);
                }

                return (Events: events, Bytes: bytes);
            },
            cancellationToken)));
        var took = Stopwatch.GetElapsedTime(started);
        var total = heard.Sum(socket => socket.Events);
        return (total / took.TotalSeconds, (int)(heard.Sum(socket => socket.Bytes) / total));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The places of the round before are free in a moment.</summary>
    private static async Task<WireSocket> Open(ProductHost host, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await WireSocket.Open(host.Port, "/api/v1/ws", host.Key, Room, cancellationToken);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < OpensWithin)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static async Task Follow(WireSocket socket, IReadOnlyList<Guid> requests, OnEvent happened, CancellationToken cancellationToken)
    {
        var resume = JsonSerializer.Serialize(new { type = "resume", id = "r", requests = requests.ToDictionary(id => id, _ => 0) });
        await socket.Send(WireSocket.Frame(Encoding.UTF8.GetBytes(resume)), cancellationToken);
        for (var open = requests.Count; open > 0;)
        {
            var frame = await socket.Receive(cancellationToken);
            if (frame.Span.StartsWith("{\"type\":\"ack\""u8))
            {
                continue;
            }

            happened(frame.Span, Stopwatch.GetTimestamp());
            var name = NameOf(frame.Span);
            open -= name.StartsWith("completed"u8) ? 1 : 0;
            if (name.IsEmpty || name.StartsWith("failed"u8))
            {
                throw new InvalidDataException(Encoding.UTF8.GetString(frame.Span));
            }
        }
    }

    /// <returns>The event's name and all that follows; empty where it is none.</returns>
    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> frame)
    {
        var before = "\"event\":\""u8;
        var at = frame.IndexOf(before);
        return at < 0 ? [] : frame[(at + before.Length)..];
    }

    private static long? SaidAt(ReadOnlySpan<byte> frame)
    {
        var before = "\"text\":\""u8;
        return NameOf(frame).StartsWith("delta"u8) && frame.IndexOf(before) is >= 0 and var at
            && Utf8Parser.TryParse(frame[(at + before.Length)..], out long said, out _)
                ? said
                : null;
    }

    private delegate void OnEvent(ReadOnlySpan<byte> frame, long at);
}
