using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Inference;

public sealed record InferenceJobState
{
    public required RequestId RequestId { get; init; }

    public required int Attempt { get; init; }

    public required string Model { get; init; }

    public required JobStatus Status { get; init; }

    /// <summary>The sequence of the next chunk.</summary>
    public int NextChunk { get; init; }

    public string? FailureCode { get; init; }
}
