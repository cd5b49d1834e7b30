using MeatLizard.Domain.Identity;

namespace MeatLizard.Application;

/// <summary>On whose behalf a use case runs.</summary>
/// <param name="Scopes">With an API key: what it may be used for; empty means everything its user may do.</param>
public sealed record Actor(UserId UserId, Role Role, IReadOnlyList<string> Scopes)
{
    /// <summary>With an API key that expires: when. Nothing that it makes may outlive it.</summary>
    public DateTimeOffset? KeyExpiresAt { get; init; }

    /// <summary>Whoever lets this actor in has written down already what they ask for.</summary>
    public bool IsRecorded { get; init; }
}
