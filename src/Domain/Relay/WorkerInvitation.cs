using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Relay;

/// <summary>A one-time code, given out.</summary>
/// <param name="CodeHash">SHA-256, lower-case hex.</param>
public sealed record WorkerInvitation(string CodeHash, DateTimeOffset ExpiresAt, UserId By, DateTimeOffset At);
