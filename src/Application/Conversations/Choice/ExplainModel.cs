using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Which model the next turn of a session would be asked of, and why; and where the last answer really came from.</summary>
public sealed record ExplainModel(SessionId Id) : IRequest<Outcome<ModelExplanation>>;

/// <param name="Model">That would be asked by name; null: whichever is ready.</param>
/// <param name="ChosenBy">Null where no level has chosen it.</param>
/// <param name="Because">A sentence.</param>
/// <param name="Refusal">Why a question would be refused; null when it would not.</param>
/// <param name="Last">Null before the first answer in the branch that stands in front.</param>
public sealed record ModelExplanation(
    string? Model, ModelLevel? ChosenBy, string Because, Refusal? Refusal, IReadOnlyList<ExplainedLevel> Levels, ExplainedAnswer? Last);

/// <param name="IsUsable">Whether it would be asked if no level before it said anything.</param>
/// <param name="Because">A sentence.</param>
public sealed record ExplainedLevel(ModelPreference Preference, bool IsUsable, string Because);

/// <param name="Asked">The model that was asked for by name; null: none was.</param>
/// <param name="ChosenBy">Who named it; null also of turns of before this was written down.</param>
/// <param name="Because">A sentence.</param>
public sealed record ExplainedAnswer(Message Message, string? Asked, ModelLevel? ChosenBy, string Because);

internal sealed class ExplainModelHandler(
    OwnSessions own, IMessageStore messages, IRequestStore requests, ModelChooser chooser, CurrentActor current)
    : IRequestHandler<ExplainModel, Outcome<ModelExplanation>>
{
    public async Task<Outcome<ModelExplanation>> Handle(ExplainModel query, CancellationToken cancellationToken)
    {
        if (await own.Find(query.Id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        var actor = current.Required;
        var choice = await chooser.For(actor, session.State.Model, session.State.PlaceId, here: false, cancellationToken);
        var any = choice.Winner is null ? chooser.AnyOf(actor) : null;
        return new ModelExplanation(
            choice.Model ?? any,
            choice.Winner?.Level,
            ChoiceWords.Because(choice, any),
            choice.IsRefused ? SessionRules.ModelNotAllowed(actor) : null,
            [.. choice.Levels.Select(level => new ExplainedLevel(level, choice.IsUsable(level), ChoiceWords.Of(choice, level)))],
            await Last(session.State.LeafId, cancellationToken));
    }

    /// <summary>While a turn is under way its question is the leaf, and the answer before it the last one.</summary>
    private async Task<ExplainedAnswer?> Last(MessageId? leaf, CancellationToken cancellationToken)
    {
        for (var id = leaf; id is { } at && await messages.Find(at, cancellationToken) is { } message; id = message.ParentId)
        {
            if (message.Role == MessageRole.Assistant)
            {
                var settings = message.RequestId is { } request ? (await requests.Find(request, cancellationToken))?.State.Settings : null;
                return new(message, settings?.Model, settings?.ChosenBy, ChoiceWords.Of(message.Origin, settings?.Model));
            }
        }

        return null;
    }
}
