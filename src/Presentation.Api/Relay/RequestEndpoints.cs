using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Relay;

internal static class RequestEndpoints
{
    private const string LastEventIdHeader = "Last-Event-ID";
    private static readonly QueryParameter LastEventId = new("last_event_id", "integer", "The same as the header Last-Event-ID.");

    public static void MapRequests(this IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/requests/{id:guid}").RequireAuthorization(Access.Chat);
        requests.MapGet("", Get).Produces<RequestContract>().WithSummary("How far a request has come").Refuses(401, 403, 404);
        requests.MapPost("/cancel", Cancel).Produces<RequestContract>().WithSummary("Stop an answer, down to the model's slot")
            .Refuses(400, 401, 403, 404);
        requests.MapGet("/events", Events).Produces(200, contentType: "text/event-stream").Produces(204)
            .WithSummary("The answer's events, resumable")
            .WithMetadata(new HeaderParameter(LastEventIdHeader, "The id of the last event that was received: what follows it is sent."))
            .Takes(LastEventId, QueryParameter.Html).Refuses(400, 401, 403, 404);
    }

    /// <summary>Whether an event of this id was ever sent for this request.</summary>
    public static bool HasEvent(RelayRequestState request, long id) => id >= 0 && id < request.NextEvent;

    private static async Task<IResult> Get(
        Guid id, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new GetRequest(new(id)), caller.Actor, cancellationToken), mapper);

    private static async Task<IResult> Cancel(
        Guid id,
        Body<NothingRequest> body,
        SignedInCaller caller,
        UseCases useCases,
        ApiMapper mapper,
        CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new CancelRequest(new(id)), caller.Actor, cancellationToken), mapper);

    private static async Task<IResult> Events(
        Guid id, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var html = Query.Flag(http, QueryParameter.Html.Name);
        var last = ReadLastEventId(http);
        var outcome = await useCases.Send(new GetRequest(new(id)), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var request))
        {
            return Answers.Refused(refusal);
        }

        if (last is null || !HasEvent(request, last.Value))
        {
            return Answers.Refused(Refusal.Invalid(LastEventIdHeader, "unknown_event_id", "This request has no such event."));
        }

        // The end was received: 204 tells a browser not to come again.
        return !request.IsOpen && last == request.NextEvent - 1 && last > 0
            ? TypedResults.NoContent()
            : new EventStreamAnswer(request.Id, last.Value, html, []);
    }

    private static long? ReadLastEventId(HttpContext http)
    {
        var text = http.Request.Headers.TryGetValue(LastEventIdHeader, out var header)
            ? header.ToString()
            : Query.One(http, LastEventId.Name);
        return string.IsNullOrEmpty(text) ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : null;
    }

    private static IResult Answer(Outcome<RelayRequestState> outcome, ApiMapper mapper) =>
        outcome.IsRefused(out var refusal, out var request)
        ? Answers.Refused(refusal)
        : Answers.Json(mapper.Map<RequestContract>(request), ApiJson.Wire.RequestContract);
}
