using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>Somebody who proved who they are.</summary>
/// <param name="Hash">Of the secret that proved it.</param>
/// <param name="ByKey">With an API key or an issuer's token; otherwise with a browser's sign-in.</param>
public sealed record Caller(Actor Actor, UserState User, string Hash, bool ByKey, DateTimeOffset? ExpiresAt)
{
    /// <summary>What the token said; null for a key and a sign-in.</summary>
    public TokenClaims? Token { get; init; }
}
