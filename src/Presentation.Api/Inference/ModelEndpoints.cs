using MeatLizard.Application;
using MeatLizard.Application.Inference;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference;

internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api) =>
        api.MapGet("/models", List).RequireAuthorization(Access.Chat).Produces<ModelListContract>()
            .WithSummary("Models, and who serves them").Refuses(401, 403);

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListModels(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var overview)
            ? Answers.Refused(refusal)
            : Answers.Json(
                new ModelListContract(
                    [.. ModelContract.All(overview)],
                    overview.Problem),
                ApiJson.Wire.ModelListContract);
    }
}
