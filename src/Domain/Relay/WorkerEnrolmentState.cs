using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Relay;

public sealed record WorkerEnrolmentState
{
    public required WorkerId Id { get; init; }

    public required EnrolmentStatus Status { get; init; }

    /// <summary>SHA-256 of the one-time code, lower-case hex; null when it is good for nothing any more.</summary>
    public string? CodeHash { get; init; }

    /// <summary>SHA-256, lower-case hex, of a secret that whoever used the code has drawn: it may bring both again while the code lasts.</summary>
    public string? ClaimHash { get; init; }

    public DateTimeOffset? CodeExpiresAt { get; init; }

    /// <summary>The worker's root, sealed under the server's master key; null unless enrolled.</summary>
    public byte[]? SealedRoot { get; init; }

    /// <summary>The root that is to take its place, sealed alike; null unless the worker is being given one. Until it has used it both are valid.</summary>
    public byte[]? NextSealedRoot { get; init; }

    /// <summary>Who gave the last code out; null when it stands in the server's configuration and nobody has given one out since.</summary>
    public required UserId? InvitedBy { get; init; }

    /// <summary>When the last code was given out, or the configured root was taken over.</summary>
    public required DateTimeOffset InvitedAt { get; init; }

    /// <summary>SHA-256 of every configured root that was ever taken over, lower-case hex, the last one last. None is taken over again.</summary>
    public IReadOnlyList<string> ConfiguredRoots { get; init; } = [];

    public DateTimeOffset? EnrolledAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
