namespace MeatLizard.Domain.Relay;

public sealed record WorkerState
{
    public required WorkerId Id { get; init; }

    public required WorkerStatus Status { get; init; }

    /// <summary>The server-side host that holds its carrier.</summary>
    public required string Host { get; init; }

    /// <summary><c>in_process</c>, <c>link</c> or <c>discord</c>.</summary>
    public required string Carrier { get; init; }

    /// <summary>Hex of the 16 bytes that the worker's process drew at its start.</summary>
    public required string Epoch { get; init; }

    public required int Slots { get; init; }

    public string? Hardware { get; init; }

    /// <summary>Why it cannot answer although it is there.</summary>
    public string? Problem { get; init; }

    public required DateTimeOffset SeenAt { get; init; }
}
