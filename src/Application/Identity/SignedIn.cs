using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <param name="Token">For the cookie; only its hash is stored.</param>
public sealed record SignedIn(UserState User, string Token, DateTimeOffset ExpiresAt);
