using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Changes what holds where nobody has said anything, from the next turn on. What is null stays.</summary>
/// <param name="Model">Whether anybody has it now or not.</param>
public sealed record ChangeInstallation(Change<string>? Model) : IRequest<Outcome<InstallationModel>>, IForAdmins, IAudited
{
    public string? AuditTarget => Model is { } model ? $"model {model.To ?? "none"}" : null;
}

internal sealed class ChangeInstallationValidator : AbstractValidator<ChangeInstallation>
{
    public ChangeInstallationValidator() =>
        When(change => change.Model is not null, () => DefaultRules.Model(RuleFor(change => change.Model!.To)).OverridePropertyName("model"));
}

internal sealed class ChangeInstallationHandler(
    IDefaultStore defaults, DefaultTable table, ModelChooser chooser, IUnitOfWork work, CurrentActor current)
    : IRequestHandler<ChangeInstallation, Outcome<InstallationModel>>
{
    public async Task<Outcome<InstallationModel>> Handle(ChangeInstallation command, CancellationToken cancellationToken)
    {
        if (command.Model is { } changed)
        {
            defaults.SetModel(changed.To?.Trim());
            await work.Commit(CommitDurability.Synced, cancellationToken);
            table.Forget();
        }

        var model = await defaults.FindModel(cancellationToken);
        return new InstallationModel(model, chooser.Standing(current.Required, model));
    }
}
