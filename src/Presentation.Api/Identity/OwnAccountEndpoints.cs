using MeatLizard.Application;
using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>What people do with their own account. A key needs the scope that lets it deal with secrets.</summary>
internal static class OwnAccountEndpoints
{
    public static void MapOwnAccount(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").RequireAuthorization(Access.Keys);
        me.MapPost("/password", SetPassword).Produces(204).WithSummary("Set another password; ends your other sign-ins")
            .Refuses(400, 401, 403, 409, 429);
        me.MapGet("/sign-ins", List).Produces<ListContract<SignInContract>>().WithSummary("Where you are signed in, newest first").Refuses(401, 403);
        me.MapDelete("/sign-ins/{id}", End).Produces(204).WithSummary("End a sign-in of yours").Refuses(401, 403, 404).CountsAsChange();
    }

    private static async Task<IResult> SetPassword(
        Body<PasswordRequest> body,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        RateLimits limits,
        CancellationToken cancellationToken)
    {
        // Whoever got hold of a sign-in must not try passwords faster here than at the door.
        var verdict = await limits.TakeSignIn($"password {caller.Actor.UserId}", http.Connection.RemoteIpAddress, cancellationToken);
        RateLimitHeaders.Write(http, verdict);
        if (!verdict.Granted)
        {
            return Answers.Refused(verdict.Refusal);
        }

        var outcome = await useCases.Send(
            new ChangePassword(body.Value.Current, body.Value.Password, caller.Caller.ByKey ? null : caller.Caller.Hash),
            caller.Actor,
            cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListSignIns(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<SignInContract>(
                    [.. page.Items.Select(signIn => new SignInContract(
                        signIn.Id, signIn.Client, signIn.CreatedAt, signIn.ExpiresAt, signIn.Hash == caller.Caller.Hash))],
                    page.NextCursor),
                ApiJson.Wire.ListContractSignInContract);
    }

    private static async Task<IResult> End(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new EndSignIn(id), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }
}
