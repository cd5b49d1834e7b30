namespace MeatLizard.Presentation.Api.Identity;

/// <summary>An API key, without what makes it a key.</summary>
internal record KeyContract
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Its first characters, to tell it from others.</summary>
    public required string Prefix { get; init; }

    /// <summary>Empty: everything its user may do.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The names of the only models that it may ask. Empty: all.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the minute, with whichever secret.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When it got the secret that it has, if that is not its first.</summary>
    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>Until then the secret before that is good as well, unless the key ends sooner.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }
}
