using MeatLizard.Application;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>Which model is asked where nobody names one: one's own choice, the places', and why it was that one.</summary>
internal static class ChoiceEndpoints
{
    public static void MapChoice(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sessions/{id:guid}/why", Why).RequireAuthorization(Access.Chat).Produces<WhyContract>()
            .WithSummary("Which model the next question is asked of and why, and where the last answer came from").Refuses(401, 403, 404);
        var own = api.MapGroup("/me/settings").RequireAuthorization(Access.Chat);
        own.MapGet("", GetOwn).Produces<OwnSettingsContract>().WithSummary("What holds in your conversations that say nothing else").Refuses(401, 403);
        own.MapPatch("", ChangeOwn).Produces<OwnSettingsContract>().WithSummary("Change it, from the next question on").Refuses(400, 401, 403)
            .CountsAsChange();
        var places = api.MapGroup("/places").RequireAuthorization(Access.Admin);
        places.MapGet("", Places).Produces<ListContract<PlaceContract>>().WithSummary("All places, with their models").Refuses(401, 403);
        places.MapPatch("/{id:guid}", ChangePlace).Produces<PlaceContract>().WithSummary("Give a place a model, or none").Refuses(400, 401, 403, 404);
    }

    private static async Task<IResult> Why(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ExplainModel(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var why)
            ? Answers.Refused(refusal)
            : Answers.Json(WhyContract.From(why), ApiJson.Wire.WhyContract);
    }

    private static async Task<IResult> GetOwn(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Own(await useCases.Send(new GetOwnDefaults(), caller.Actor, cancellationToken));

    private static async Task<IResult> ChangeOwn(
        Body<OwnSettingsChanges> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Own(await useCases.Send(body.Value.ToCommand(), caller.Actor, cancellationToken));

    private static async Task<IResult> Places(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListPlaces(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<PlaceContract>([.. page.Items.Select(PlaceContract.From)], page.NextCursor),
                ApiJson.Wire.ListContractPlaceContract);
    }

    private static async Task<IResult> ChangePlace(
        Guid id, Body<ModelChanges> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ChangePlace(new(id), body.Value.ToChange()), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var place)
            ? Answers.Refused(refusal)
            : Answers.Json(PlaceContract.From(place), ApiJson.Wire.PlaceContract);
    }

    private static IResult Own(Outcome<OwnDefaults> outcome) => outcome.IsRefused(out var refusal, out var own)
        ? Answers.Refused(refusal)
        : Answers.Json(OwnSettingsContract.From(own), ApiJson.Wire.OwnSettingsContract);
}
