using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>A browser's sign-in.</summary>
/// <param name="Hash">SHA-256 of the cookie's random token, lower-case hex.</param>
public sealed record SignIn(string Hash, UserId UserId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
