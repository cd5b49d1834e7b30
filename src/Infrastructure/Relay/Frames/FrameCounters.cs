namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>How often each outcome has come about. Safe to share between openers and threads.</summary>
internal sealed class FrameCounters
{
    private readonly long[] counts = new long[Enum.GetValues<FrameOutcome>().Length];
    private long abandoned;

    public long this[FrameOutcome outcome] => Interlocked.Read(ref counts[(int)outcome]);

    /// <summary>Messages given up because some of their parts never came and others needed the room.</summary>
    public long Abandoned => Interlocked.Read(ref abandoned);

    /// <summary>All frames looked at.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            for (var i = 0; i < counts.Length; i++) total += Interlocked.Read(ref counts[i]);
            return total;
        }
    }

    public void Count(FrameOutcome outcome) => Interlocked.Increment(ref counts[(int)outcome]);

    public void CountAbandoned(int messages)
    {
        if (messages > 0) Interlocked.Add(ref abandoned, messages);
    }
}
