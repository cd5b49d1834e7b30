namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// When something last came over a worker's connection, its WebSocket's pings included, which nobody above the socket sees. For one reader at a time.
/// </summary>
public sealed class LinkPulse(TimeProvider time)
{
    private const long NotListening = long.MinValue;

    private long _since = NotListening;

    /// <summary>How long it has been listened for something that has not come; zero while nobody listens.</summary>
    public TimeSpan Silence => Volatile.Read(ref _since) is var since and not NotListening ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>What comes over this stream is heard.</summary>
    public Stream Over(Stream inner) => new HeardStream(inner, this);

    internal void Listen() => Volatile.Write(ref _since, time.GetTimestamp());

    internal void Hear() => Volatile.Write(ref _since, NotListening);
}
