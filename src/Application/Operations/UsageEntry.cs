using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Operations;

/// <summary>The cost of one answer; of one that was cut off after some text, by guess.</summary>
/// <param name="Model">The model that wrote it; null when nobody said.</param>
public sealed record UsageEntry(RequestId RequestId, UserId UserId, string? Model, TokenUsage Usage, DateTimeOffset CreatedAt)
{
    /// <summary>The API key that asked; null for a browser.</summary>
    public ApiKeyId? Key { get; init; }

    /// <summary>Where it was asked; null for a call without a session.</summary>
    public PlaceId? Place { get; init; }

    /// <summary>It was given from the answers that are kept, and has cost nothing.</summary>
    public bool IsCached { get; init; }
}
