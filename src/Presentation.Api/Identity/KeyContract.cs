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

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
