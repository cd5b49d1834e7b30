using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Conversations;

internal static class MessageEndpoints
{
    private static readonly QueryParameter Order = new("order", "string", "asc (by arrival, when not said) or desc.");

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var chat = api.MapGroup("").RequireAuthorization(Access.Chat);
        chat.MapPost("/sessions/{id:guid}/messages", Submit).OpensTurn("Say something and ask for the answer");
        chat.MapPost("/sessions/{id:guid}/send", Submit).OpensTurn("The same as messages");
        chat.MapGet("/sessions/{id:guid}/messages", List).Produces<ListContract<MessageContract>>()
            .WithSummary("The messages of all branches")
            .Takes(QueryParameter.Limit, QueryParameter.Cursor, Order, QueryParameter.Html).Refuses(400, 401, 403, 404);
        chat.MapGet("/messages/{id:guid}", Get).Produces<MessageContract>().WithSummary("One message")
            .Takes(QueryParameter.Html).Refuses(400, 401, 403, 404);
        chat.MapPost("/messages/{id:guid}/regenerate", Regenerate).OpensTurn("Answer once more, as a sibling");
        chat.MapPost("/messages/{id:guid}/continue", Continue).OpensTurn("Carry on an answer that was cut off");
        chat.MapPost("/messages/{id:guid}/edit", Edit).OpensTurn("Say a message differently, as a new branch");
    }

    private static void OpensTurn(this RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<TurnContract>(202)
        .Produces<TurnContract>(200)
        .Produces(200, contentType: "text/event-stream")
        .WithMetadata(
            new HeaderParameter("Prefer", "wait=N waits up to N seconds (at most 300) for the answer: 200 with reply, or 202."))
        .Takes(QueryParameter.Html)
        .Repeatable()
        .Limited()
        .Refuses(400, 401, 403, 404, 409, 413, 422);

    private static Task<IResult> Submit(Guid id, Body<MessageRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases)
    {
        // The content alone is what is asked: the key in the body and the key in the header are the same thing.
        var asked = body.Value with { ClientMessageId = null };
        var key = Idempotency.Read(http, $"/sessions/{id}/messages", asked, ApiJson.Wire.MessageRequest, body.Value.ClientMessageId);
        return Turn(http, caller, useCases, key, new SubmitMessage(new(id), asked.Content.Parts, key, body.Value.ClientMessageId));
    }

    private static Task<IResult> Edit(Guid id, Body<MessageRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases)
    {
        var asked = body.Value with { ClientMessageId = null };
        var key = Idempotency.Read(http, $"/messages/{id}/edit", asked, ApiJson.Wire.MessageRequest, body.Value.ClientMessageId);
        return Turn(http, caller, useCases, key, new EditMessage(new(id), asked.Content.Parts, key, body.Value.ClientMessageId));
    }

    private static Task<IResult> Regenerate(Guid id, Body<NothingRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases)
    {
        var key = Idempotency.Read(http, $"/messages/{id}/regenerate", body.Value, ApiJson.Wire.NothingRequest);
        return Turn(http, caller, useCases, key, new RegenerateAnswer(new(id), key));
    }

    private static Task<IResult> Continue(Guid id, Body<NothingRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases)
    {
        var key = Idempotency.Read(http, $"/messages/{id}/continue", body.Value, ApiJson.Wire.NothingRequest);
        return Turn(http, caller, useCases, key, new ContinueAnswer(new(id), key));
    }

    // From here on the message is taken: whether its caller stays to hear so makes no difference to it, hence no token.
    private static async Task<IResult> Turn(
        HttpContext http, SignedInCaller caller, UseCases useCases, IdempotencyKey? key, MediatR.IRequest<Outcome<SubmittedTurn>> command)
    {
        var way = TurnAnswer.Read(http);
        var outcome = await useCases.Send(command, caller.Actor, CancellationToken.None);
        if (outcome.IsRefused(out var refusal, out var turn))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, turn.Limits);
        return way.For(turn, caller, isRepeatable: key is not null);
    }

    private static async Task<IResult> List(
        Guid id,
        Paging paging,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        MessageView view,
        CancellationToken cancellationToken)
    {
        var newestFirst = Query.One(http, "order") switch
        {
            null or "asc" => false,
            "desc" => true,
            _ => throw new RefusedException(Refusal.Invalid("order", "invalid_value", "This is asc or desc.")),
        };
        var html = Query.Flag(http, QueryParameter.Html.Name);
        var outcome = await useCases.Send(
            new ListMessages(new SessionId(id), paging.Limit, paging.Cursor, newestFirst), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<MessageContract>([.. page.Items.Select(message => view.Of(message, html))], page.NextCursor),
                ApiJson.Wire.ListContractMessageContract);
    }

    private static async Task<IResult> Get(
        Guid id, SignedInCaller caller, HttpContext http, UseCases useCases, MessageView view, CancellationToken cancellationToken)
    {
        var html = Query.Flag(http, QueryParameter.Html.Name);
        var outcome = await useCases.Send(new GetMessage(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var message)
            ? Answers.Refused(refusal)
            : Answers.Json(view.Of(message, html), ApiJson.Wire.MessageContract);
    }
}
