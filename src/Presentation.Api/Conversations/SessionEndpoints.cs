using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Conversations;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").RequireAuthorization(Access.Chat);
        sessions.MapPost("", Open).Produces<SessionContract>(201).WithSummary("Begin a conversation").Repeatable()
            .Refuses(400, 401, 403, 422).CountsAsChange();
        sessions.MapGet("", List).Produces<ListContract<SessionContract>>().WithSummary("Your conversations, newest activity first")
            .Takes(QueryParameter.Limit, QueryParameter.Cursor).Refuses(400, 401, 403);
        sessions.MapGet("/{id:guid}", Get).Produces<SessionContract>().WithSummary("One conversation").Refuses(401, 403, 404);
        sessions.MapPatch("/{id:guid}", Change).Produces<SessionContract>()
            .WithSummary("Change settings, close, reopen, or put another branch in front").Refuses(400, 401, 403, 404, 409)
            .CountsAsChange();
        sessions.MapPost("/{id:guid}/close", Close).Produces<SessionContract>().WithSummary("End a conversation; it stays readable")
            .Refuses(400, 401, 403, 404, 409);
        sessions.MapDelete("/{id:guid}", Delete).Produces(204).WithSummary("Delete a conversation and all its messages")
            .Refuses(401, 403, 404);
    }

    private static async Task<IResult> Open(
        Body<OpenSessionRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, ApiMapper mapper)
    {
        var key = Idempotency.Read(http, "/sessions", body.Value, ApiJson.Wire.OpenSessionRequest);
        var outcome = await useCases.Send(new OpenSession(body.Value.ToSettings(), key), caller.Actor, CancellationToken.None);
        if (outcome.IsRefused(out var refusal, out var session))
        {
            return Answers.Refused(refusal);
        }

        http.Response.Headers.Location = $"/api/v1/sessions/{session.Id}";
        return Answers.Json(mapper.Map<SessionContract>(session), ApiJson.Wire.SessionContract, StatusCodes.Status201Created);
    }

    private static async Task<IResult> List(
        Paging paging, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListSessions(paging.Limit, paging.Cursor), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<SessionContract>([.. page.Items.Select(mapper.Map<SessionContract>)], page.NextCursor),
                ApiJson.Wire.ListContractSessionContract);
    }

    private static async Task<IResult> Get(
        Guid id, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new GetSession(new(id)), caller.Actor, cancellationToken), mapper);

    private static async Task<IResult> Change(
        Guid id,
        Body<SessionChanges> body,
        SignedInCaller caller,
        UseCases useCases,
        ApiMapper mapper,
        CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new ConfigureSession(new(id), body.Value.ToPatch()), caller.Actor, cancellationToken), mapper);

    private static async Task<IResult> Close(
        Guid id,
        Body<NothingRequest> body,
        SignedInCaller caller,
        UseCases useCases,
        ApiMapper mapper,
        CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new CloseSession(new(id)), caller.Actor, cancellationToken), mapper);

    private static async Task<IResult> Delete(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new DeleteSession(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static IResult Answer(Outcome<ChatSessionState> outcome, ApiMapper mapper) =>
        outcome.IsRefused(out var refusal, out var session)
        ? Answers.Refused(refusal)
        : Answers.Json(mapper.Map<SessionContract>(session), ApiJson.Wire.SessionContract);
}
