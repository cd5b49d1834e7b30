using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Relay;

/// <summary>Whom an attempt is given to.</summary>
/// <param name="Name">The worker's, provider's or fallback's name.</param>
/// <param name="Epoch">A worker's process, in hex: after its restart nothing of the attempt is left there. Null for other targets.</param>
public sealed record AttemptTarget(OriginKind Kind, string Name, string? Model, string? Epoch)
{
    public Origin Origin => new(Kind, Name, Model);
}
