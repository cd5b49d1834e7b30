using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

internal static class ResponseEndpoints
{
    public static void MapResponses(this IEndpointRouteBuilder api)
    {
        api.MapPost("/responses", Respond).RequireAuthorization(Access.Chat)
            .WithSummary("Ask a model, as OpenAI's newer clients do")
            .Produces<ResponseContract>()
            .Produces(200, contentType: "text/event-stream")
            .WithMetadata(new CallSize())
            .Repeatable()
            .AsksModel()
            .RefusesInTheirWords(409, 422);
        api.MapStoredResponses();
    }

    private static Task<IResult> Respond(
        Body<ResponseRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var order = ResponseOrder.From(body.Value) with { Cache = CacheHeader.Read(http) };
        return body.Value.IsStored
            ? Store(body.Value, order, caller, http, useCases)
            : Ask(body.Value, order, caller, http, useCases, cancellationToken);
    }

    private static async Task<IResult> Ask(
        ResponseRequest request,
        StatelessOrder order,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<PromptMessage> before = request.Instructions is { Length: > 0 } instructions
            ? [new(MessageRole.System, [new TextPart(instructions)])]
            : [];
        if (ResponseOrder.Previous(request) is { } previous)
        {
            var recalled = await useCases.Send(new RecallResponse(previous), caller.Actor, cancellationToken);
            if (recalled.IsRefused(out var no, out var page))
            {
                return Answers.Refused(no);
            }

            before = [.. before, .. page.Items];
        }

        var outcome = await useCases.Send(
            new OpenStatelessCall(order with { Messages = [.. before, .. order.Messages] }), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var call))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, call.Limits);

        var view = new ResponseView(call.Id.Value, call.CreatedAt, ResponseGiven.From(request));
        return request.Stream == true
            ? new CallStreamAnswer(call, new ResponseEventWriter(view))
            : new WholeAnswer(call, (answer, end) => Answers.Json(view.Ended(view.Output(answer, end), end), ApiJson.Wire.ResponseContract));
    }

    // From here on the response is taken: whether its caller stays to hear so makes no difference to it, hence no token.
    private static async Task<IResult> Store(
        ResponseRequest request, StatelessOrder order, SignedInCaller caller, HttpContext http, UseCases useCases)
    {
        if (order.Images > 0)
        {
            throw Unsupported.Value("input", "Images are kept nowhere. Ask without store and background, and send them with every call.");
        }

        var given = ResponseGiven.From(request);
        var key = Idempotency.Read(http, "/v1/responses", request, ApiJson.Wire.ResponseRequest);
        var outcome = await useCases.Send(
            new OpenStoredResponse(order, request.Instructions, ResponseOrder.Previous(request), given.Background, given.ToJson(), key),
            caller.Actor,
            CancellationToken.None);
        if (outcome.IsRefused(out var refusal, out var opened))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, opened.Limits);

        // Whoever can ask for it again, by its id or the key of the call, may leave.
        var stopsWhenLeft = !given.Background && key is null;
        if (request.Stream == true)
        {
            return new StoredStreamAnswer(opened.Response, caller, after: -1, stopsWhenLeft);
        }

        return given.Background
            ? Answers.Json(
                opened.Limits is null ? StoredResponseView.Now(opened) : StoredResponseView.Of(opened.Response).Queued(),
                ApiJson.Wire.ResponseContract)
            : new StoredWholeAnswer(opened.Response, caller, stopsWhenLeft);
    }
}
