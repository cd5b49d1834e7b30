namespace MeatLizard.Domain.Identity;

public sealed record InvitationState
{
    public required InvitationId Id { get; init; }

    /// <summary>SHA-256 of the link's random token, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>What whoever comes is going to be; never the owner.</summary>
    public required Role Role { get; init; }

    /// <summary>For whom it is, in the inviter's words; null when they said nothing.</summary>
    public string? Note { get; init; }

    public required UserId InvitedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public UserId? UsedBy { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
