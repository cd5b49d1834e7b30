namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>What both ends of the link agree on; docs/protocol.md has it in full.</summary>
public static class LinkProtocol
{
    /// <summary>The WebSocket subprotocol.</summary>
    public const string Name = "ml1.meatlizard";

    /// <summary>Where the server takes links; the worker's name follows as <c>?worker=</c>.</summary>
    public const string Path = "/api/v1/link";

    /// <summary>The server's first message, as text; the connection's id follows, 32 hex digits.</summary>
    internal const string Greeting = "ML1 link ";

    /// <summary>Why a connection is ended whose worker is another process by now; up to 123 bytes of UTF-8.</summary>
    internal const string IsAnotherProcess = "Another process works with this worker's key. Stop one of the two.";

    internal const int ConnectionIdLength = 32;
    internal const int ChallengeSize = 32;

    /// <summary>A worker that has heard nothing for so long pings its server, which answers, and so hears from the worker as well.</summary>
    internal static TimeSpan WorkerPingsAfter { get; } = TimeSpan.FromSeconds(3);

    /// <summary>For the answer to a ping, before the worker gives the connection up.</summary>
    internal static TimeSpan PongWithin { get; } = TimeSpan.FromSeconds(3);

    /// <summary>After which a server gives the connection up: a ping was due long ago.</summary>
    internal static TimeSpan LongestSilence { get; } = TimeSpan.FromSeconds(7);

    /// <summary>For a worker to reach its server: what is swallowed on the way must not hold it up for long when the way is there again.</summary>
    internal static TimeSpan DialWithin { get; } = TimeSpan.FromSeconds(5);

    /// <summary>For the greeting, the ping and the hello together.</summary>
    internal static TimeSpan HandshakeWithin { get; } = TimeSpan.FromSeconds(10);
}
