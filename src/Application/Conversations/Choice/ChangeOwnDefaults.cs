using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Changes what holds in the caller's conversations that say nothing else, from their next turn on. What is null stays.</summary>
/// <param name="Model">Whether anybody has it now or not.</param>
public sealed record ChangeOwnDefaults(Change<string>? Model, Change<string>? SystemPrompt) : IRequest<Outcome<OwnDefaults>>, IAudited
{
    public string? AuditTarget => null;
}

internal sealed class ChangeOwnDefaultsValidator : AbstractValidator<ChangeOwnDefaults>
{
    public ChangeOwnDefaultsValidator()
    {
        When(change => change.Model is not null, () => DefaultRules.Model(RuleFor(change => change.Model!.To)).OverridePropertyName("model"));
        When(change => change.SystemPrompt is not null, () =>
            SessionRules.Prompt(RuleFor(change => change.SystemPrompt!.To)).OverridePropertyName("system_prompt"));
    }
}

internal sealed class ChangeOwnDefaultsHandler(
    IDefaultStore defaults, DefaultTable table, ModelChooser chooser, IUnitOfWork work, CurrentActor current)
    : IRequestHandler<ChangeOwnDefaults, Outcome<OwnDefaults>>
{
    public async Task<Outcome<OwnDefaults>> Handle(ChangeOwnDefaults command, CancellationToken cancellationToken)
    {
        var actor = current.Required;
        if (command.Model?.To is { } named && !actor.MayAsk(named))
        {
            return SessionRules.ModelNotAllowed(actor);
        }

        if (command.Model is { } model)
        {
            defaults.SetModel(actor.UserId, model.To?.Trim());
        }

        if (command.SystemPrompt is { } prompt)
        {
            defaults.SetSystemPrompt(actor.UserId, prompt.To);
        }

        await work.Commit(CommitDurability.Synced, cancellationToken);
        table.Forget(actor.UserId);
        var said = await defaults.Find(actor.UserId, cancellationToken);
        return new OwnDefaults(said, chooser.Standing(actor, said.Model));
    }
}
