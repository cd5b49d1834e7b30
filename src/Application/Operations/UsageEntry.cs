using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Operations;

/// <summary>The cost of one answer.</summary>
/// <param name="Model">The model that wrote it; null when nobody said.</param>
public sealed record UsageEntry(RequestId RequestId, UserId UserId, string? Model, TokenUsage Usage, DateTimeOffset CreatedAt);
