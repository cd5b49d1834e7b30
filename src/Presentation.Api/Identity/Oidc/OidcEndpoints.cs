using MeatLizard.Application;
using MeatLizard.Application.Identity.Lockout;
using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Oidc;

/// <summary>Signing in with an account elsewhere: the browser is sent there, and comes back with a code.</summary>
internal static class OidcEndpoints
{
    private const string Flow = "meatlizard_oidc";
    private const string Place = "/api/v1/auth/oidc";
    private const string Callback = $"{Place}/callback";

    private static readonly QueryParameter[] Returned =
    [
        new("code", "string", "What the issuer gives for one sign-in."),
        new("state", "string", "As it was sent."),
        new("iss", "string", "Which issuer it is."),
        new("error", "string", "Why it did not come about."),
        new("error_description", "string", "The same for people; it is not shown."),
        new("error_uri", "string", "Not followed."),

        // What issuers add of their own, without effect here.
        new("session_state", "string", "Not used."),
        new("scope", "string", "Not used."),
        new("authuser", "string", "Not used."),
        new("prompt", "string", "Not used."),
        new("hd", "string", "Not used."),
    ];

    public static void MapOidc(this IEndpointRouteBuilder api)
    {
        api.MapGet("/auth/oidc", Begin).AllowAnonymous().Produces(302).WithSummary("Go and sign in with the configured issuer").Refuses(404, 429, 503);
        api.MapGet("/auth/oidc/callback", Finish).AllowAnonymous().Produces(302).WithSummary("Where the issuer sends the browser back")
            .Takes(Returned).Refuses(404, 429);
    }

    private static async Task<IResult> Begin(HttpContext http, IOidcIssuer issuer, RateLimits limits, CancellationToken cancellationToken)
    {
        if (await Refused(http, issuer, limits, cancellationToken) is { } refused)
        {
            return refused;
        }

        if (await issuer.Begin(CallbackOf(http), cancellationToken) is not { } begun)
        {
            return Answers.Refused(new(
                RefusalKind.Unavailable, "issuer_unavailable", "Signing in elsewhere is not possible now: that server does not answer. Try again later."));
        }

        http.Response.Cookies.Append(Flow, begun.Flow, Cookie(http));
        return TypedResults.Redirect(begun.Address.AbsoluteUri);
    }

    private static async Task<IResult> Finish(
        HttpContext http, IOidcIssuer issuer, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        if (await Refused(http, issuer, limits, cancellationToken) is { } refused)
        {
            return refused;
        }

        // Once, whatever comes of it.
        http.Response.Cookies.Delete(Flow, Cookie(http));
        var query = http.Request.Query;
        var claims = await issuer.Finish(
            new(http.Request.Cookies[Flow], One(query, "state"), One(query, "code"), One(query, "iss")), cancellationToken);
        if (claims is null)
        {
            return TypedResults.Redirect("/#sign-in-failed");
        }

        var agent = http.Request.Headers.UserAgent.ToString();
        var outcome = await useCases.Send(
            new SignInWithIssuer(claims) { Client = agent.Length == 0 ? null : agent }, actor: null, cancellationToken);
        if (outcome.IsRefused(out _, out var signedIn))
        {
            return TypedResults.Redirect("/#sign-in-unknown");
        }

        SignInCookie.Give(http, signedIn);
        return TypedResults.Redirect("/");
    }

    private static async Task<IResult?> Refused(HttpContext http, IOidcIssuer issuer, RateLimits limits, CancellationToken cancellationToken)
    {
        if (!issuer.IsConfigured)
        {
            return Answers.Refused(Refusal.NotFound);
        }

        var verdict = await limits.TakeSignInElsewhere(http.Connection.RemoteIpAddress, cancellationToken);
        RateLimitHeaders.Write(http, verdict);
        return verdict.Granted ? null : Answers.Refused(SignInWait.Refusal(verdict));
    }

    private static Uri CallbackOf(HttpContext http) => new($"{http.Request.Scheme}://{http.Request.Host}{Callback}");

    private static string? One(IQueryCollection query, string name) => query[name] is [{ } value] ? value : null;

    /// <summary>Lax: it must come along when the issuer sends the browser back.</summary>
    private static CookieOptions Cookie(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = Place,
        MaxAge = TimeSpan.FromMinutes(10),
        IsEssential = true,
    };
}
