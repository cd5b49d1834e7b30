using MeatLizard.Application;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Configuration;
using MeatLizard.Presentation.Api.Conversations.Choice;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Operations;

/// <summary>What holds in the whole installation: its default model, which admins set, and what stands in its configuration.</summary>
internal static class InstallationEndpoints
{
    public static void MapInstallation(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/admin/settings").RequireAuthorization(Access.Admin);
        settings.MapGet("", Get).Produces<InstallationContract>().WithSummary("The installation's default model, and its configuration").Refuses(401, 403);
        settings.MapPatch("", Change).Produces<InstallationContract>().WithSummary("Give the installation another default model, or none")
            .Refuses(400, 401, 403);
    }

    private static async Task<IResult> Get(
        SignedInCaller caller, UseCases useCases, IConfiguration configuration, IEnumerable<IRelayCarrier> carriers, CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new GetInstallation(), caller.Actor, cancellationToken), configuration, carriers);

    private static async Task<IResult> Change(
        Body<ModelChanges> body,
        SignedInCaller caller,
        UseCases useCases,
        IConfiguration configuration,
        IEnumerable<IRelayCarrier> carriers,
        CancellationToken cancellationToken) =>
        Answer(await useCases.Send(new ChangeInstallation(body.Value.ToChange()), caller.Actor, cancellationToken), configuration, carriers);

    private static IResult Answer(Outcome<InstallationModel> outcome, IConfiguration configuration, IEnumerable<IRelayCarrier> carriers) =>
        outcome.IsRefused(out var refusal, out var model)
            ? Answers.Refused(refusal)
            : Answers.Json(
                new InstallationContract
                {
                    Model = model.Model,
                    ModelStanding = model.Standing,
                    Carriers = [.. carriers.Select(carrier => carrier.Name).Order(StringComparer.Ordinal)],
                    Configuration =
                    [
                        .. ConfigurationReport.Read((IConfigurationRoot)configuration)
                            .Select(value => new ConfiguredContract(value.Path, value.Value, value.Source)),
                    ],
                },
                ApiJson.Wire.InstallationContract);
}
