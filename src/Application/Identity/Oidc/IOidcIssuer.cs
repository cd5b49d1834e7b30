using MeatLizard.Application.Identity.Tokens;

namespace MeatLizard.Application.Identity.Oidc;

/// <summary>The issuer with whom people have their accounts: authorization code with PKCE.</summary>
public interface IOidcIssuer
{
    bool IsConfigured { get; }

    /// <param name="callback">To which the issuer sends the browser back, exactly.</param>
    /// <returns>Null when the issuer cannot be asked.</returns>
    ValueTask<OidcBeginning?> Begin(Uri callback, CancellationToken cancellationToken);

    /// <summary>Who it is; null when it did not come about, which the log then has the reason of.</summary>
    ValueTask<TokenClaims?> Finish(OidcReturn returned, CancellationToken cancellationToken);
}
