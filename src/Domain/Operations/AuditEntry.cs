using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Operations;

/// <summary>Who has asked for what, and what came of it. Written before anything is done.</summary>
public sealed record AuditEntry
{
    /// <summary>The provider of whoever has an account here: the subject is its id.</summary>
    public const string User = "user";

    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who vouches for <see cref="Subject"/>, e.g. <c>discord</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The person's id there.</summary>
    public required string Subject { get; init; }

    /// <summary>What the person was called there at the time.</summary>
    public required string Name { get; init; }

    /// <summary>Where it was asked, e.g. a guild's id; null where there is no such place.</summary>
    public string? Place { get; init; }

    /// <summary>What was asked, e.g. <c>admin drain</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was to be done to, e.g. a worker's name; null when it needs no object.</summary>
    public string? Target { get; init; }

    public AuditOutcome Outcome { get; init; } = AuditOutcome.Begun;

    /// <summary>Why it was refused: a stable code, never text.</summary>
    public string? Code { get; init; }

    /// <summary>What somebody who has an account here has done.</summary>
    /// <param name="name">What they are called now.</param>
    public static AuditEntry By(UserId user, string name, string action, Guid id, DateTimeOffset at) => new()
    {
        Id = id,
        At = at,
        Provider = User,
        Subject = $"{user}",
        Name = name,
        Action = action,
        Outcome = AuditOutcome.Done,
    };
}
