using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Infrastructure.Identity.Tokens;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Identity.Oidc;

internal sealed class OidcOptionsCheck : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private static string? Problem(OidcOptions options)
    {
        if (!options.IsConfigured)
        {
            return options.ClientId.Length + options.ClientSecret.Length == 0
                ? null
                : "Identity:Oidc:Issuer is missing: without it nobody signs in elsewhere.";
        }

        if (!TokenOptionsCheck.IsSafe(options.Issuer))
        {
            return "Identity:Oidc:Issuer must be an https address: whoever can change what it says can be anybody here.";
        }

        if (options.ClientId.Length == 0)
        {
            return "Identity:Oidc:ClientId is missing: the issuer has given you one for this server.";
        }

        return options.Scopes.Split(' ').Contains("openid") ? null : "Identity:Oidc:Scopes must have openid among them, separated by spaces.";
    }
}
