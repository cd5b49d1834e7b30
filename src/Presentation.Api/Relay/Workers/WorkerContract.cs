namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>A worker as an admin sees it.</summary>
internal sealed record WorkerContract
{
    public required string Id { get; init; }

    /// <summary>invited, enrolled or revoked; null for the server's own worker, which needs no code.</summary>
    public required string? Enrolment { get; init; }

    /// <summary>While it is invited: until when its code is good.</summary>
    public DateTimeOffset? CodeExpiresAt { get; init; }

    /// <summary>It is being given another key, and has not used it yet.</summary>
    public required bool Rotating { get; init; }

    /// <summary>online, draining or offline.</summary>
    public required string State { get; init; }

    /// <summary>in_process, link or discord; null when it was never here.</summary>
    public string? Carrier { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required int Slots { get; init; }

    public required int SlotsFree { get; init; }

    public string? Hardware { get; init; }

    /// <summary>Why it takes nothing new, while it is draining.</summary>
    public string? Draining { get; init; }

    /// <summary>Over all its slots, at its last heartbeat.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>mains or battery, and how full that is; null where the worker cannot tell.</summary>
    public string? Power { get; init; }

    public string? Gpu { get; init; }

    public string? Thermal { get; init; }

    /// <summary>How much of its machine's memory is in use, as it says so itself.</summary>
    public string? Memory { get; init; }

    public string? GpuMemory { get; init; }

    /// <summary>When it last said how it is; null when it is not connected to this host.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>Why it cannot answer although it is there.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// When another process with its key was last turned away by this host, because a worker is one process; null when none was. Unless
    /// the folder was copied on purpose, somebody has the key: send the worker away and enrol it anew.
    /// </summary>
    public DateTimeOffset? TurnedAwayAt { get; init; }

    /// <summary>When it last came or went.</summary>
    public DateTimeOffset? SeenAt { get; init; }
}
