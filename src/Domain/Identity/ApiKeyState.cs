namespace MeatLizard.Domain.Identity;

public sealed record ApiKeyState
{
    public required ApiKeyId Id { get; init; }

    public required UserId UserId { get; init; }

    public required string Name { get; init; }

    /// <summary>The key's first characters, so that its owner can tell it from others.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the whole key, lower-case hex. The key has 256 random bits: no salt and no slow hash are needed.</summary>
    public required string Hash { get; init; }

    /// <summary>What the key may be used for; empty: everything its user may do.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The names of the models that it may ask; empty: all there are.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Kept to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it got the secret that it has; null: it has its first.</summary>
    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Of the secret before this one, as <see cref="Hash"/>.</summary>
    public string? PreviousHash { get; init; }

    /// <summary>Until then the secret before this one is good as well, unless the key ends sooner.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }
}
