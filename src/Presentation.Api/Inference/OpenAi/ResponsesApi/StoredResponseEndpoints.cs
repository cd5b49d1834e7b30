using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;
using MediatR;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>What can be done with a response that was stored.</summary>
internal static class StoredResponseEndpoints
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    private static readonly QueryParameter Stream = new("stream", "boolean", "The events, from the first or after starting_after.");

    private static readonly QueryParameter StartingAfter = new("starting_after", "integer", "The number of the last event that was received.");

    private static readonly QueryParameter Obfuscation = new("include_obfuscation", "boolean", "Without effect.");

    private static readonly QueryParameter Limit = new("limit", "integer", "How many items, 1 to 100; 20 when not said.");

    private static readonly QueryParameter After = new("after", "string", "The last id of the page before.");

    private static readonly QueryParameter Order = new("order", "string", "asc or desc; desc when not said.");

    public static void MapStoredResponses(this IEndpointRouteBuilder api)
    {
        var responses = api.MapGroup("/responses/{id}").RequireAuthorization(Access.Chat);
        responses.MapGet("", Get).Produces<ResponseContract>().Produces(200, contentType: "text/event-stream")
            .WithSummary("A stored response, or its events").Takes(Stream, StartingAfter, Obfuscation).RefusesInTheirWords(400, 401, 403, 404);
        responses.MapDelete("", Delete).Produces<ResponseDeletedContract>()
            .WithSummary("Delete a stored response").RefusesInTheirWords(400, 401, 403, 404);
        responses.MapPost("/cancel", Cancel).Produces<ResponseContract>()
            .WithSummary("Stop a response in the background, down to the model's slot").RefusesInTheirWords(400, 401, 403, 404);
        responses.MapGet("/input_items", ListInput).Produces<ResponseInputContract>()
            .WithSummary("What a stored response was given").Takes(Limit, After, Order).RefusesInTheirWords(400, 401, 403, 404);
    }

    private static async Task<IResult> Get(string id, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var streams = Query.Flag(http, Stream.Name);
        _ = Query.Flag(http, Obfuscation.Name);
        var after = Number(http);
        if (after is not null && !streams)
        {
            return Answers.Refused(Refusal.Invalid(StartingAfter.Name, "invalid_value", "This goes with stream=true alone."));
        }

        if (!streams)
        {
            return Shown(await Send(id, response => new GetStoredResponse(response), caller, useCases, cancellationToken));
        }

        var outcome = await Send(id, response => new FollowStoredResponse(response), caller, useCases, cancellationToken);
        return outcome.IsRefused(out var refusal, out var reading)
            ? Answers.Refused(refusal)
            : new StoredStreamAnswer(reading.Response, caller, after ?? -1, stopsWhenLeft: false);
    }

    private static async Task<IResult> Cancel(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Shown(await Send(id, response => new CancelStoredResponse(response), caller, useCases, cancellationToken));

    private static async Task<IResult> Delete(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await Send(id, response => new DeleteStoredResponse(response), caller, useCases, cancellationToken);
        return outcome.IsRefused(out var refusal, out _)
            ? Answers.Refused(refusal)
            : Answers.Json(new ResponseDeletedContract(id), ApiJson.Wire.ResponseDeletedContract);
    }

    private static async Task<IResult> ListInput(
        string id, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var limit = UsualItems;
        if (Query.One(http, Limit.Name) is { } asked
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostItems))
        {
            return Answers.Refused(Refusal.Invalid(Limit.Name, "invalid_value", $"A page has 1 to {MostItems} items."));
        }

        var order = Query.One(http, Order.Name) ?? "desc";
        if (order is not ("asc" or "desc"))
        {
            return Answers.Refused(Refusal.Invalid(Order.Name, "invalid_value", "This is asc or desc."));
        }

        var outcome = await Send(id, response => new GetResponseInput(response), caller, useCases, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var input))
        {
            return Answers.Refused(refusal);
        }

        var items = StoredInputView.Items(input.Items);
        ResponseItem[] left = order == "asc" ? [.. items] : [.. items.Reverse()];
        if (Query.One(http, After.Name) is { } after)
        {
            var at = Array.FindIndex(left, item => item.Id == after);
            if (at < 0)
            {
                return Answers.Refused(Refusal.Invalid(After.Name, "invalid_value", "The response has no such item."));
            }

            left = left[(at + 1)..];
        }

        ResponseItem[] page = [.. left.Take(limit)];
        return Answers.Json(
            new ResponseInputContract(page, page.FirstOrDefault()?.Id, page.LastOrDefault()?.Id, left.Length > page.Length),
            ApiJson.Wire.ResponseInputContract);
    }

    /// <summary>What no response can be called is one that is not there.</summary>
    private static async Task<Outcome<T>> Send<T>(
        string id, Func<RequestId, IRequest<Outcome<T>>> command, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        ResponseNames.Read(id) is { } response
            ? await useCases.Send(command(response), caller.Actor, cancellationToken)
            : Refusal.NotFound;

    private static IResult Shown(Outcome<ResponseReading> outcome) => outcome.IsRefused(out var refusal, out var reading)
        ? Answers.Refused(refusal)
        : Answers.Json(StoredResponseView.Now(reading), ApiJson.Wire.ResponseContract);

    private static long? Number(HttpContext http) => Query.One(http, StartingAfter.Name) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new RefusedException(Refusal.Invalid(StartingAfter.Name, "invalid_value", "This is the number of an event, from 0.")),
    };
}
