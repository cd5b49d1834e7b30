using MeatLizard.Application.Identity.Tokens;

namespace MeatLizard.Application.Identity.Oidc;

/// <summary>Section <c>Identity:Oidc</c>: where people may sign in who have their account elsewhere. Without an issuer nowhere.</summary>
public sealed record OidcOptions
{
    /// <summary>Its address, from which the rest is found; as <c>iss</c> has it, to the letter.</summary>
    public string Issuer { get; init; } = "";

    public string ClientId { get; init; } = "";

    /// <summary>Empty for a client that has none: the code's proof (PKCE) is sent either way.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>What stands on the button.</summary>
    public string Name { get; init; } = "single sign-on";

    public string Scopes { get; init; } = "openid profile";

    /// <summary>The claim with what a new user is called.</summary>
    public string NameClaim { get; init; } = "name";

    public NewUsers NewUsers { get; init; } = NewUsers.None;

    public bool IsConfigured => Issuer.Length > 0;
}
