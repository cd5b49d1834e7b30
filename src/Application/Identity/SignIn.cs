using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>A browser's sign-in.</summary>
/// <param name="Hash">SHA-256 of the cookie's random token, lower-case hex.</param>
/// <param name="Client">What it called itself when it signed in, at most 200 characters; null when it said nothing.</param>
public sealed record SignIn(string Hash, UserId UserId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Client = null)
{
    private const int IdLength = 32;

    /// <summary>Names it to its owner: half of the hash, from which nobody finds the token.</summary>
    public string Id => Hash[..Math.Min(IdLength, Hash.Length)];
}
