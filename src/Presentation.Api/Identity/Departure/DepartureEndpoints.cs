using MeatLizard.Application;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Departure;

/// <summary>Taking along all that is kept of oneself, and being forgotten.</summary>
internal static class DepartureEndpoints
{
    public static void MapDeparture(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").RequireAuthorization(Access.Whole);
        me.MapGet("/export", Export).Produces(200, contentType: ExportAnswer.ContentType)
            .WithSummary("All that is kept of you, one JSON object a line").Refuses(401, 403, 429);
        me.MapPost("/forget", ForgetMe).Produces(204).WithSummary("Take your account and all that you have written away, for good")
            .Refuses(400, 401, 403, 409, 429);
        api.MapPost("/admin/users/{id:guid}/forget", ForgetUser).RequireAuthorization(Access.Admin).WithTags("People").Produces(204)
            .WithSummary("Take somebody's account and all that they have written away, for good").Refuses(401, 403, 404, 409);
    }

    private static async Task<IResult> Export(
        SignedInCaller caller, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        if (await Throttled(caller, http, limits, "export", cancellationToken) is { } refused)
        {
            return refused;
        }

        var outcome = await useCases.Send(new ExportAccount(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var account) ? Answers.Refused(refusal) : new ExportAnswer(account, caller.Caller);
    }

    private static async Task<IResult> ForgetMe(
        Body<ForgetRequest> body,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        RateLimits limits,
        CancellationToken cancellationToken)
    {
        // Whoever got hold of a sign-in must not try passwords faster here than at the door.
        if (await Throttled(caller, http, limits, "password", cancellationToken) is { } refused)
        {
            return refused;
        }

        var outcome = await useCases.Send(new ForgetMe(body.Value.Password), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out _))
        {
            return Answers.Refused(refusal);
        }

        SignInCookie.Take(http);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ForgetUser(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ForgetUser(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult?> Throttled(
        SignedInCaller caller, HttpContext http, RateLimits limits, string what, CancellationToken cancellationToken)
    {
        var verdict = await limits.TakeSignIn($"{what} {caller.Actor.UserId}", http.Connection.RemoteIpAddress, cancellationToken);
        RateLimitHeaders.Write(http, verdict);
        return verdict.Granted ? null : Answers.Refused(verdict.Refusal);
    }
}
