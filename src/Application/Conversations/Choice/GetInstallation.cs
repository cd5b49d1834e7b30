using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>What holds where nobody has said anything.</summary>
public sealed record GetInstallation : IRequest<Outcome<InstallationModel>>, IForAdmins;

internal sealed class GetInstallationHandler(IDefaultStore defaults, ModelChooser chooser, CurrentActor current)
    : IRequestHandler<GetInstallation, Outcome<InstallationModel>>
{
    public async Task<Outcome<InstallationModel>> Handle(GetInstallation query, CancellationToken cancellationToken)
    {
        var model = await defaults.FindModel(cancellationToken);
        return new InstallationModel(model, chooser.Standing(current.Required, model));
    }
}
