using MeatLizard.Application;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.Quotas;

/// <summary>Who may use how much: set by admins, seen by everybody.</summary>
internal static class LimitEndpoints
{
    public static void MapLimits(this IEndpointRouteBuilder api)
    {
        var limits = api.MapGroup("/admin/limits").RequireAuthorization(Access.Admin);
        limits.MapGet("", List).Produces<ListContract<LimitContract>>().WithSummary("All limits, by scope").Refuses(401, 403);
        limits.MapPut("", Set).Produces<LimitContract>().WithSummary("Set a limit, in place of the one before").Refuses(400, 401, 403);
        limits.MapDelete("/{id}", Remove).Produces(204).WithSummary("Take a limit away").Refuses(401, 403, 404);
        api.MapGet("/me/usage", Usage).RequireAuthorization(Access.SignedIn).Produces<ListContract<LimitUseContract>>()
            .WithSummary("The limits that hold for you, and how far they are used").Refuses(401);
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListLimits(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<LimitContract>([.. page.Items.Select(Contract)], page.NextCursor), ApiJson.Wire.ListContractLimitContract);
    }

    private static async Task<IResult> Set(
        Body<LimitRequest> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        var limit = new Limit(asked.Scope, asked.ScopeId ?? Limit.Everyone, LimitWords.WindowOf(asked.Window), asked.Amount) { Measure = asked.Measure };
        var outcome = await useCases.Send(new SetLimit(limit), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var set)
            ? Answers.Refused(refusal)
            : Answers.Json(Contract(set), ApiJson.Wire.LimitContract);
    }

    private static async Task<IResult> Remove(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        if (LimitWords.Read(id) is not var (kind, scope, measure, window))
        {
            return Answers.Refused(Refusal.NotFound);
        }

        var outcome = await useCases.Send(new RemoveLimit(kind, scope, measure, window), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult> Usage(
        SignedInCaller caller, HttpContext http, UseCases useCases, TimeProvider time, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new GetUsage(http.Connection.RemoteIpAddress), caller.Actor, cancellationToken);
        var now = time.GetUtcNow();
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<LimitUseContract>([.. page.Items.Select(use => Contract(use, now))], page.NextCursor),
                ApiJson.Wire.ListContractLimitUseContract);
    }

    internal static LimitContract Contract(Limit limit) => new()
    {
        Id = LimitWords.IdOf(limit),
        Scope = limit.ScopeKind,
        ScopeId = limit.ScopeId,
        Measure = limit.Measure,
        Window = LimitWords.NameOf(limit.Window),
        Amount = limit.Amount,
    };

    private static LimitUseContract Contract(NamedUse named, DateTimeOffset now)
    {
        var use = named.Use;
        return new()
        {
            Scope = use.Limit.ScopeKind,
            Name = named.Name,
            Measure = use.Limit.Measure,
            Window = LimitWords.NameOf(use.Limit.Window),
            Amount = use.Limit.Amount,
            Used = use.Used,
            Remaining = use.Remaining,
            ResetsAt = use.Limit.Measure == LimitMeasure.Concurrency || (use.Limit.Measure == LimitMeasure.Requests && use.Used == 0)
                ? null
                : now + use.ResetAfter,
        };
    }
}
