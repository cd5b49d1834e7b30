namespace MeatLizard.Infrastructure.Identity.Oidc;

/// <summary>What the issuer says about itself, as far as it is needed.</summary>
internal sealed record OidcDiscovery(string Issuer, string AuthorizationEndpoint, string TokenEndpoint, string JwksUri);
