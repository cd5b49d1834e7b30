using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Relay;

public sealed record WorkerEnrolmentState
{
    public required WorkerId Id { get; init; }

    public required EnrolmentStatus Status { get; init; }

    /// <summary>SHA-256 of the one-time code, lower-case hex; null when no code is open.</summary>
    public string? CodeHash { get; init; }

    public DateTimeOffset? CodeExpiresAt { get; init; }

    /// <summary>The worker's root, sealed under the server's master key; null unless enrolled.</summary>
    public byte[]? SealedRoot { get; init; }

    /// <summary>Who gave the last code out.</summary>
    public required UserId InvitedBy { get; init; }

    public required DateTimeOffset InvitedAt { get; init; }

    public DateTimeOffset? EnrolledAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
