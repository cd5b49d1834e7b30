namespace MeatLizard.Domain.Conversations;

/// <summary>Where an answer came from.</summary>
/// <param name="Name">The worker's or provider's name, or the fallback's (<c>markov</c>).</param>
/// <param name="Model">The model that wrote it, where there was one.</param>
public sealed record Origin(OriginKind Kind, string Name, string? Model);
