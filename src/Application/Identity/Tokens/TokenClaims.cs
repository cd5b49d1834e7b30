namespace MeatLizard.Application.Identity.Tokens;

/// <summary>What an issuer has said of somebody, after its signature was found good.</summary>
/// <param name="Issuer">The provider of the identity.</param>
/// <param name="Subject">The user's name there, at most 200 characters.</param>
/// <param name="Name">What they are called; null when it was not said, or is no name.</param>
public sealed record TokenClaims(string Issuer, string Subject, string? Name, DateTimeOffset ExpiresAt, IReadOnlyList<string> Scopes);
