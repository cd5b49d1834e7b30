namespace MeatLizard.Infrastructure.Identity.Oidc;

/// <summary>What the issuer gives for a code, as far as it is needed.</summary>
internal sealed record OidcTokens(string? IdToken);
