using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>Heartbeats of one connection, and whether they are answered.</summary>
internal sealed class GatewayHeart(GatewaySocket socket, GatewayJournal journal, TimeProvider time, Random random)
{
    private const int Beat = 1;

    // Discord's own interval is some 41 seconds; an answer that takes longer than this does not come any more.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _sentAt;
    private long _heardAt = time.GetTimestamp();
    private bool _isStalled;

    /// <summary>From the last heartbeat to its answer; null before the first.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Returns when a heartbeat was not answered.</summary>
    public async Task Run(TimeSpan interval, CancellationToken cancellationToken)
    {
        // The first after a random part of the interval: after an outage of Discord's many come back at once.
        await Task.Delay(interval * random.NextDouble(), time, cancellationToken);
        var patience = interval < AnswerWithin ? interval : AnswerWithin;
        while (true)
        {
            await Send(cancellationToken);
            await Task.Delay(patience, time, cancellationToken);
            if (IsUnanswered())
            {
                return;
            }

            await Task.Delay(interval - patience, time, cancellationToken);
        }
    }

    public async Task Send(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _sentAt ??= time.GetTimestamp();
        }

        await socket.Send(new WireBeat(Beat, journal.Session?.Sequence), DiscordJson.Default.WireBeat, cancellationToken);
    }

    public void Answered()
    {
        lock (_gate)
        {
            RoundTrip = _sentAt is { } sent ? time.GetElapsedTime(sent) : RoundTrip;
            _sentAt = null;
        }
    }

    /// <summary>While the reader of the events holds up the connection an answer may lie there unread.</summary>
    public void Stall(bool isStalled)
    {
        lock (_gate)
        {
            _isStalled = isStalled;
            _heardAt = time.GetTimestamp();
        }
    }

    private bool IsUnanswered()
    {
        lock (_gate)
        {
            if (_sentAt is not { } sent)
            {
                return false;
            }

            if (!_isStalled && sent >= _heardAt)
            {
                return true;
            }

            // Nobody could tell this time; the next heartbeat is judged on its own.
            _sentAt = null;
            return false;
        }
    }
}
