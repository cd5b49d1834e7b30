namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>Why an answer is not whole.</summary>
internal sealed record ErrorContract
{
    public required string Code { get; init; }

    public required string Message { get; init; }

    public required bool Retryable { get; init; }
}
