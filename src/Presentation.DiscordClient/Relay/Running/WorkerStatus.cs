namespace MeatLizard.Presentation.DiscordClient.Relay.Running;

/// <summary>How a running worker stands, as it writes it down for <c>status</c>.</summary>
internal sealed record WorkerStatus
{
    public required int ProcessId { get; init; }

    public required string Worker { get; init; }

    public required Uri Server { get; init; }

    public required bool Connected { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>What is in the way of the connection, or of answering.</summary>
    public string? Problem { get; init; }

    /// <summary>Why it takes nothing new; null when it does.</summary>
    public string? Draining { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Answers under way.</summary>
    public required int Running { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }
}
