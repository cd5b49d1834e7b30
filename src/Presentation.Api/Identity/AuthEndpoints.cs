using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Lockout;
using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Presentation.Api.Calls;
using Microsoft.Extensions.Options;

namespace MeatLizard.Presentation.Api.Identity;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder api)
    {
        api.MapGet("/auth/options", Options).AllowAnonymous().Produces<SignInOptionsContract>().WithSummary("How one comes in here");
        api.MapPost("/auth/setup", SetUp).AllowAnonymous().Produces<UserContract>().WithSummary("Make the owner with the one-time token")
            .Refuses(400, 403, 429);
        api.MapPost("/auth/login", LogIn).AllowAnonymous().Produces<UserContract>().WithSummary("Sign in; the answer sets the cookie")
            .Refuses(400, 401, 429);
        api.MapPost("/auth/register", Register).AllowAnonymous().Produces<UserContract>(201)
            .WithSummary("Make an account, where that is open").Refuses(400, 403, 409, 429);
        api.MapPost("/auth/recover", Recover).AllowAnonymous().Produces<UserContract>()
            .WithSummary("Set another password with an admin's link; ends all sign-ins and signs in").Refuses(400, 403, 429);
        api.MapPost("/auth/logout", LogOut).RequireAuthorization(Access.SignedIn).Produces(204).WithSummary("End this sign-in")
            .Refuses(401, 403);
        api.MapGet("/me", Me).RequireAuthorization(Access.SignedIn).Produces<UserContract>().WithSummary("Who is signed in").Refuses(401);
    }

    private static async Task<IResult> SetUp(
        Body<SetupRequest> body, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        return await Throttled(http, limits, asked.Email, device: null, cancellationToken)
            ?? SignedIn(
                http,
                await useCases.Send(new SetUpOwner(asked.Token, asked.Email, asked.Password, asked.Name) { Client = Client(http) }, null, cancellationToken),
                200);
    }

    private static async Task<IResult> LogIn(
        Body<LoginRequest> body, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        return await Throttled(http, limits, asked.Email, DeviceCookie.Read(http, asked.Email), cancellationToken)
            ?? SignedIn(
                http,
                await useCases.Send(new SignInWithPassword(asked.Email, asked.Password) { Client = Client(http) }, null, cancellationToken),
                200);
    }

    private static async Task<IResult> Register(
        Body<RegisterRequest> body, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        return await Throttled(http, limits, asked.Email, device: null, cancellationToken)
            ?? SignedIn(
                http,
                await useCases.Send(
                    new RegisterUser(asked.Email, asked.Password, asked.Name, asked.Invitation) { Client = Client(http) },
                    null,
                    cancellationToken),
                201);
    }

    private static async Task<IResult> Recover(
        Body<RecoverRequest> body, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        return await Throttled(http, limits, asked.Token, device: null, cancellationToken)
            ?? SignedIn(
                http,
                await useCases.Send(new RecoverAccount(asked.Token, asked.Password) { Client = Client(http) }, null, cancellationToken),
                200);
    }

    private static async Task<IResult> LogOut(
        SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        // A key is no sign-in: it is revoked, not signed out, and nothing that was done is written down.
        if (!caller.Caller.ByKey)
        {
            var outcome = await useCases.Send(new SignOut(caller.Caller.Hash), caller.Actor, cancellationToken);
            if (outcome.IsRefused(out var refusal, out _))
            {
                return Answers.Refused(refusal);
            }
        }

        SignInCookie.Take(http);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Me(SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new GetAccount(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var account)
            ? Answers.Refused(refusal)
            : Answers.Json(mapper.Map<UserContract>(account), ApiJson.Wire.UserContract);
    }

    private static string? Client(HttpContext http) => http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null;

    private static IResult Options(IOptions<IdentityOptions> options, IOptions<OidcOptions> oidc) => Answers.Json(
        new SignInOptionsContract { SignUp = options.Value.SignUp, Oidc = oidc.Value.IsConfigured ? oidc.Value.Name : null },
        ApiJson.Wire.SignInOptionsContract);

    /// <param name="device">The browser, if this account has signed in there before.</param>
    private static async Task<IResult?> Throttled(
        HttpContext http, RateLimits limits, string account, string? device, CancellationToken cancellationToken)
    {
        var verdict = await limits.TakeSignIn(account, http.Connection.RemoteIpAddress, device, cancellationToken);
        RateLimitHeaders.Write(http, verdict);
        return verdict.Granted ? null : Answers.Refused(SignInWait.Refusal(verdict));
    }

    private static IResult SignedIn(HttpContext http, Outcome<SignedIn> outcome, int status)
    {
        if (outcome.IsRefused(out var refusal, out var signedIn))
        {
            return Answers.Refused(refusal);
        }

        SignInCookie.Give(http, signedIn);
        if (signedIn.Account.Email is { } email)
        {
            DeviceCookie.Give(http, email);
        }

        return Answers.Json(
            http.RequestServices.GetRequiredService<ApiMapper>().Map<UserContract>(signedIn.Account), ApiJson.Wire.UserContract, status);
    }
}
