using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.People;

/// <summary>A recovery link that may be used.</summary>
/// <param name="Hash">SHA-256 of the token, lower-case hex.</param>
public sealed record OpenRecovery(UserId UserId, string Hash, DateTimeOffset ExpiresAt);
