using MeatLizard.Application.Identity.Keys;

namespace MeatLizard.Application.Identity.Tokens;

/// <summary>Section <c>Identity:Jwt</c>: whose bearer tokens are taken. Without an issuer none are.</summary>
public sealed record TokenOptions
{
    /// <summary>As <c>iss</c> has it, to the letter.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Must be among <c>aud</c>.</summary>
    public string Audience { get; init; } = "";

    /// <summary>The issuer's public keys as a JWKS: an https address, or a file.</summary>
    public string Keys { get; init; } = "";

    /// <summary>RS256 and ES256 or one of them, separated by commas.</summary>
    public string Algorithms { get; init; } = "RS256, ES256";

    /// <summary>How far the issuer's clock may be from ours; at most a minute.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The claim that names the user to the issuer, for ever.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>The claim with what a new user is called.</summary>
    public string NameClaim { get; init; } = "name";

    public NewUsers NewUsers { get; init; } = NewUsers.None;

    /// <summary>What a token may be used for, as an API key's scopes; empty: everything its user may do.</summary>
    public string Scopes { get; init; } = KeyScopes.Chat;

    public bool IsConfigured => Issuer.Length > 0;
}
