namespace MeatLizard.Application.Identity;

/// <param name="Token">For the cookie; only its hash is stored.</param>
public sealed record SignedIn(Account Account, string Token, DateTimeOffset ExpiresAt);
