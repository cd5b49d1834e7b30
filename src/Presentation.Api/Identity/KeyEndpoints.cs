using MeatLizard.Application;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity;

internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").RequireAuthorization(Access.OwnKeys);
        keys.MapGet("", List).Produces<ListContract<KeyContract>>().WithSummary("Your API keys, newest first").Refuses(401, 403);
        keys.MapPost("", Issue).Produces<IssuedKeyContract>(201).WithSummary("Make an API key; it is shown once").Repeatable()
            .Refuses(400, 401, 403, 409, 422).CountsAsChange();
        keys.MapPost("/{id:guid}/rotate", Rotate).Produces<IssuedKeyContract>(201)
            .WithSummary("Give a key another secret; the old one stays good for a while").Repeatable().Refuses(400, 401, 403, 404, 409, 422)
            .CountsAsChange();
        keys.MapDelete("/{id:guid}", Revoke).Produces(204).WithSummary("Revoke an API key").Refuses(401, 403, 404).CountsAsChange();
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListKeys(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<KeyContract>([.. page.Items.Select(mapper.Map<KeyContract>)], page.NextCursor),
                ApiJson.Wire.ListContractKeyContract);
    }

    private static async Task<IResult> Issue(
        Body<IssueKeyRequest> body,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        ApiMapper mapper,
        CancellationToken cancellationToken)
    {
        var asked = body.Value;
        var key = Idempotency.Read(http, "/keys", asked, ApiJson.Wire.IssueKeyRequest);
        var outcome = await useCases.Send(
            new IssueKey(asked.Name, asked.Scopes ?? [], asked.ExpiresAt, key) { Models = asked.Models ?? [] }, caller.Actor, cancellationToken);
        return Issued(outcome, mapper);
    }

    private static async Task<IResult> Rotate(
        Guid id,
        Body<RotateKeyRequest> body,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        ApiMapper mapper,
        CancellationToken cancellationToken)
    {
        var key = Idempotency.Read(http, $"/keys/{id}/rotate", body.Value, ApiJson.Wire.RotateKeyRequest);
        var overlap = body.Value.OverlapHours is { } hours ? TimeSpan.FromHours(hours) : (TimeSpan?)null;
        return Issued(await useCases.Send(new RotateKey(new(id), overlap, key), caller.Actor, cancellationToken), mapper);
    }

    private static IResult Issued(Outcome<IssuedKey> outcome, ApiMapper mapper)
    {
        if (outcome.IsRefused(out var refusal, out var issued))
        {
            return Answers.Refused(refusal);
        }

        var answer = mapper.Map<IssuedKeyContract>(issued.Key) with
        {
            Key = issued.Secret,
            SecretAlreadyShown = issued.Secret is null ? true : null,
        };
        return Answers.Json(answer, ApiJson.Wire.IssuedKeyContract, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RevokeKey(new ApiKeyId(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }
}
