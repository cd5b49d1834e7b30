using MeatLizard.Domain.Identity;

namespace MeatLizard.Application;

/// <summary>On whose behalf a use case runs.</summary>
/// <param name="Scopes">With an API key: what it may be used for; empty means everything its user may do.</param>
public sealed record Actor(UserId UserId, Role Role, IReadOnlyList<string> Scopes)
{
    /// <summary>The API key that speaks; null for a browser.</summary>
    public ApiKeyId? Key { get; init; }

    /// <summary>With an API key that expires: when. Nothing that it makes may outlive it.</summary>
    public DateTimeOffset? KeyExpiresAt { get; init; }

    /// <summary>With an API key: the names of the models that it may ask; empty means all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The groups that the user is in.</summary>
    public IReadOnlyList<GroupId> Groups { get; init; } = [];

    /// <summary>Whoever lets this actor in has written down already what they ask for.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>Whether the model of this name may be asked.</summary>
    public bool MayAsk(string model) => Models.Count == 0 || Models.Contains(model, StringComparer.OrdinalIgnoreCase);
}
