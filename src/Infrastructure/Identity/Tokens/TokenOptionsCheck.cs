using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.Tokens;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Identity.Tokens;

internal sealed class TokenOptionsCheck : IValidateOptions<TokenOptions>
{
    private static readonly string[] Algorithms = ["RS256", "ES256"];

    public ValidateOptionsResult Validate(string? name, TokenOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private static string? Problem(TokenOptions options)
    {
        if (!options.IsConfigured)
        {
            return options.Audience.Length + options.Keys.Length == 0
                ? null
                : "Identity:Jwt:Issuer is missing: without it no token is taken.";
        }

        if (options.Audience.Length == 0)
        {
            return "Identity:Jwt:Audience is missing: tokens that the issuer made for somebody else must not be taken here.";
        }

        if (options.Keys.Length == 0)
        {
            return "Identity:Jwt:Keys is missing: name the address or the file of the issuer's JWKS.";
        }

        if (options.Keys.Contains("://", StringComparison.Ordinal) && !IsSafe(options.Keys))
        {
            return "Identity:Jwt:Keys must be an https address: whoever can change the keys on their way can be anybody here.";
        }

        if (TokenRules.Listed(options.Algorithms) is not { Length: > 0 } algorithms || algorithms.Except(Algorithms).Any())
        {
            return "Identity:Jwt:Algorithms must list RS256, ES256 or both, separated by commas; others are not taken.";
        }

        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > TimeSpan.FromMinutes(1))
        {
            return "Identity:Jwt:ClockSkew must be at most 00:01:00.";
        }

        return TokenRules.Listed(options.Scopes).Except(KeyScopes.All).Any()
            ? $"Identity:Jwt:Scopes must list scopes from {string.Join(", ", KeyScopes.All)}, separated by commas."
            : options.UserClaim.Length == 0 ? "Identity:Jwt:UserClaim must not be empty." : null;
    }

    /// <summary>Nobody on the way can change what comes from there.</summary>
    public static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
