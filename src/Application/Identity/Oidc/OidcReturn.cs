namespace MeatLizard.Application.Identity.Oidc;

/// <summary>What the browser came back with.</summary>
/// <param name="Flow">From its cookie.</param>
/// <param name="Issuer">Where the issuer says who it is.</param>
public sealed record OidcReturn(string? Flow, string? State, string? Code, string? Issuer);
