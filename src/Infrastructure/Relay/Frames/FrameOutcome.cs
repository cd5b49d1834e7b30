namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>What became of a received frame. Every frame has exactly one outcome, and each is counted.</summary>
internal enum FrameOutcome
{
    /// <summary>The frame completed a message.</summary>
    Opened,

    /// <summary>The frame is genuine; other parts of its message are still missing.</summary>
    Incomplete,

    /// <summary>Shorter than any frame can be.</summary>
    Truncated,

    /// <summary>Longer than any frame may be, or a message that is larger than allowed, packed or unpacked.</summary>
    Oversized,

    UnknownVersion,

    /// <summary>A flag that this version does not know, a reserved byte that is not zero, or compression where there is none.</summary>
    BadFlags,

    WrongDirection,

    /// <summary>None of the valid roots has this key id; also what was sealed for an earlier process of this worker.</summary>
    UnknownKey,

    /// <summary>The tag does not verify: another key, another binding, or changed bytes.</summary>
    Forged,

    /// <summary>Genuine, and seen before.</summary>
    Replayed,

    /// <summary>Genuine, but so far behind its stream that nobody can tell whether it was seen before.</summary>
    Stale,

    /// <summary>What breaks the rules of header, padding, compression or JSON.</summary>
    Malformed,

    /// <summary>Genuine, but of a type that this side does not know.</summary>
    UnknownMessage,

    /// <summary>A ping under a worker's epoch, or anything else without one.</summary>
    WrongEpoch,

    /// <summary>Genuine, but the worker can remember no further stream; it must draw a new epoch.</summary>
    StreamsFull,
}
