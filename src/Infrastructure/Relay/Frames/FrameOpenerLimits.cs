namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>How much one opener keeps. All of it is filled by genuine frames only.</summary>
internal sealed record FrameOpenerLimits
{
    public static FrameOpenerLimits Usual { get; } = new();

    /// <summary>
    /// Streams that a worker remembers within an epoch, at about 50 bytes each; it forgets none, so that no replay is taken.
    /// </summary>
    public int WorkerStreams { get; init; } = 262_144;

    /// <summary>
    /// Streams that the server remembers besides the open ones, of one worker. The oldest are forgotten: the database fences what they
    /// repeat.
    /// </summary>
    public int ServerStreams { get; init; } = 16_384;

    public int MessagesInFlight { get; init; } = 64;

    /// <summary>Two of the largest messages.</summary>
    public long BytesInFlight { get; init; } = 2L * Frame.LargestMessage;
}
