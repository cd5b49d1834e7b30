using System.Security.Claims;
using System.Text.Encodings.Web;
using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Presentation.Api.Inference.OpenAi;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>
/// An API key or an issuer's token in the Authorization header, or a browser's cookie. A header that is there and wrong is never made up for by a cookie.
/// </summary>
internal sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    Credentials credentials,
    ITokenReader tokens,
    UseCases useCases) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "MeatLizard";
    private const string Bearer = "Bearer ";
    private const int LongestSecret = 256;

    private static readonly ClaimsPrincipal Somebody = new(new ClaimsIdentity(SchemeName));

    private bool _sentKey;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        Caller? caller = null;
        if (Request.Headers.Authorization is { Count: > 0 } authorization)
        {
            _sentKey = true;
            if (authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            {
                caller = await ByBearer(value[Bearer.Length..].Trim());
            }
        }
        else if (Request.Cookies[SignInCookie.Name] is { Length: > 0 and <= LongestSecret } token)
        {
            caller = await credentials.BySignIn(token, Context.RequestAborted);
        }

        if (caller is null)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Features.Set(new CallerFeature(caller));
        return AuthenticateResult.Success(new(Somebody, SchemeName));
    }

    private async ValueTask<Caller?> ByBearer(string secret)
    {
        if (secret.StartsWith(SecretToken.KeyPrefix, StringComparison.Ordinal))
        {
            return secret.Length <= LongestSecret ? await credentials.ByKey(secret, Context.RequestAborted) : null;
        }

        if (!tokens.IsConfigured || await tokens.Read(secret, Context.RequestAborted) is not { } claims)
        {
            return null;
        }

        if (await credentials.ByToken(secret, claims, Context.RequestAborted) is { } caller)
        {
            return caller;
        }

        var admitted = await useCases.Send(new AdmitTokenUser(claims), actor: null, Context.RequestAborted);
        return admitted.Refusal is null && admitted.Value ? await credentials.ByToken(secret, claims, Context.RequestAborted) : null;
    }

    private const string InvalidKey = "This API key or token is not valid: mistyped, revoked or expired.";

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return _sentKey
            ? ApiProblems.Write(Context, 401, "invalid_key", OpenAiErrors.SpeaksTo(Context) ? OpenAiErrors.InvalidKey : InvalidKey)
            : ApiProblems.Write(Context, 401, "unauthenticated", "Sign in, or send an API key.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiProblems.Write(Context, 403, "forbidden", "You, or this key, may not do that.");
}
