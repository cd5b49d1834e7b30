using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Changes what holds in a place, from the next turn there on. What is null stays.</summary>
/// <param name="Model">Whether anybody has it now or not.</param>
public sealed record ChangePlace(PlaceId Id, Change<string>? Model) : IRequest<Outcome<PlaceOverview>>, IForAdmins, IAudited
{
    public string? AuditTarget => Model is { } model ? $"{Id} model {model.To ?? "none"}" : $"{Id}";
}

internal sealed class ChangePlaceValidator : AbstractValidator<ChangePlace>
{
    public ChangePlaceValidator() =>
        When(change => change.Model is not null, () => DefaultRules.Model(RuleFor(change => change.Model!.To)).OverridePropertyName("model"));
}

internal sealed class ChangePlaceHandler(
    IPlaceStore places, PlaceTable found, DefaultTable table, ModelChooser chooser, IUnitOfWork work, CurrentActor current)
    : IRequestHandler<ChangePlace, Outcome<PlaceOverview>>
{
    public async Task<Outcome<PlaceOverview>> Handle(ChangePlace command, CancellationToken cancellationToken)
    {
        if (await places.Find(command.Id, cancellationToken) is not { } place)
        {
            return Refusal.NotFound;
        }

        if (command.Model is { } model)
        {
            place = place with { Model = model.To?.Trim() };
            places.SetModel(place.Id, place.Model);
            await work.Commit(CommitDurability.Synced, cancellationToken);
            found.Forget();
            table.Forget();
        }

        return new PlaceOverview(place, chooser.Standing(current.Required, place.Model));
    }
}
