namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>A worker as an admin sees it.</summary>
internal sealed record WorkerContract
{
    public required string Id { get; init; }

    /// <summary>invited, enrolled or revoked; null for the server's own worker, which needs no code.</summary>
    public required string? Enrolment { get; init; }

    /// <summary>While it is invited: until when its code is good.</summary>
    public DateTimeOffset? CodeExpiresAt { get; init; }

    /// <summary>online, draining or offline.</summary>
    public required string State { get; init; }

    /// <summary>in_process, link or discord; null when it was never here.</summary>
    public string? Carrier { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required int Slots { get; init; }

    public required int SlotsFree { get; init; }

    public string? Hardware { get; init; }

    /// <summary>Why it cannot answer although it is there.</summary>
    public string? Problem { get; init; }

    /// <summary>When it last came or went.</summary>
    public DateTimeOffset? SeenAt { get; init; }
}
