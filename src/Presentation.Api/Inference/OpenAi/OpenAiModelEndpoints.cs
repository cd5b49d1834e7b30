using MeatLizard.Application;
using MeatLizard.Application.Inference;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

internal static class OpenAiModelEndpoints
{
    public static void MapOpenAiModels(this IEndpointRouteBuilder api)
    {
        var models = api.MapGroup("").RequireAuthorization(Access.Chat);
        models.MapGet("/models", List).WithSummary("Models, as OpenAI's clients expect them")
            .Produces<OpenAiModelListContract>().RefusesInTheirWords(401, 403);

        // A model's name may have a slash in it.
        models.MapGet("/models/{**id}", Get).WithSummary("One model").Produces<OpenAiModelContract>().RefusesInTheirWords(401, 403, 404);
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListModels(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var overview)
            ? Answers.Refused(refusal)
            : Answers.Json(new OpenAiModelListContract("list", [.. All(overview)]), ApiJson.Wire.OpenAiModelListContract);
    }

    private static async Task<IResult> Get(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListModels(), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var overview))
        {
            return Answers.Refused(refusal);
        }

        // The one character that routing leaves as it was sent. Letter case is as little as in the calls themselves.
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        OpenAiModelContract[] all = [.. All(overview)];
        return (Array.Find(all, model => model.Id == name) ?? Array.Find(all, model => model.Id.Equals(name, StringComparison.OrdinalIgnoreCase))) is { } found
            ? Answers.Json(found, ApiJson.Wire.OpenAiModelContract)
            : Answers.Refused(new(RefusalKind.NotFound, "model_not_found", "No worker that is online has this model. The list of models has those that can be asked."));
    }

    /// <summary>A provider's model that a worker has as well is the worker's: that one answers first.</summary>
    private static IEnumerable<OpenAiModelContract> All(ModelOverview overview) => overview.Models.Select(Render).Concat(
        overview.Elsewhere.Where(model => overview.Models.All(here => here.Name != model.Name)).GroupBy(model => model.Name)
            .Select(same => new OpenAiModelContract(same.Key, "model", 0, string.Join(", ", same.Select(model => $"provider:{model.Provider}")), null, null)));

    private static OpenAiModelContract Render(AvailableModel model) =>
        new(model.Name, "model", 0, string.Join(", ", model.Workers), ModelContract.Inputs(model), ModelContract.Outputs(model));
}
