namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>
/// Which sequences of a stream have been seen: all that is remembered is the highest and, for the 1,024 up to it, one bit each. So frames
/// may overtake each other by that much.
/// </summary>
internal sealed class ReplayWindow
{
    public const int Size = 1024;

    private readonly ulong[] seen = new ulong[Size / 64];
    private readonly long floor;

    /// <param name="floor">Everything up to this sequence counts as seen; -1 for a stream that is new.</param>
    public ReplayWindow(long floor = -1)
    {
        this.floor = floor;
        Highest = floor;
    }

    public long Highest { get; private set; }

    /// <summary>Opened when the sequence is new. Changes nothing.</summary>
    public FrameOutcome Check(uint sequence)
    {
        if (sequence > Highest) return FrameOutcome.Opened;
        if (sequence <= floor) return FrameOutcome.Replayed;
        if (Highest - sequence >= Size) return FrameOutcome.Stale;

        return (seen[sequence / 64 % (Size / 64)] & (1UL << (int)(sequence % 64))) == 0 ? FrameOutcome.Opened : FrameOutcome.Replayed;
    }

    /// <summary>Remembers a sequence that Check found new.</summary>
    public void Mark(uint sequence)
    {
        if (sequence - Highest >= Size)
            Array.Clear(seen);
        else
            for (var passed = Highest + 1; passed < sequence; passed++)
                seen[passed / 64 % (Size / 64)] &= ~(1UL << (int)(passed % 64));

        seen[sequence / 64 % (Size / 64)] |= 1UL << (int)(sequence % 64);
        Highest = Math.Max(Highest, sequence);
    }
}
