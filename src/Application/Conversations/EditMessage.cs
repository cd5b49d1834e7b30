using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Says an earlier message differently: a sibling of it, and a new branch from there.</summary>
public sealed record EditMessage(MessageId Id, IReadOnlyList<MessagePart> Content, IdempotencyKey? Key, string? ClientMessageId)
    : IRequest<Outcome<SubmittedTurn>>;

internal sealed class EditMessageValidator : AbstractValidator<EditMessage>
{
    public EditMessageValidator()
    {
        SessionRules.Content(RuleFor(command => command.Content));
        SessionRules.ClientMessageId(RuleFor(command => command.ClientMessageId));
    }
}

internal sealed class EditMessageHandler(
    OwnSessions own,
    TurnOpening turn,
    Idempotent idempotent,
    IIdSource ids,
    CurrentActor current,
    TimeProvider time) : IRequestHandler<EditMessage, Outcome<SubmittedTurn>>
{
    public async Task<Outcome<SubmittedTurn>> Handle(EditMessage command, CancellationToken cancellationToken)
    {
        if (await own.FindMessage(command.Id, cancellationToken) is not var (original, session))
        {
            return Refusal.NotFound;
        }

        var (made, refusal) = await idempotent.Recall(command.Key, cancellationToken);
        if (made is not null)
        {
            return await turn.Replay(made, cancellationToken);
        }

        if ((refusal ?? TurnOpening.TurnOpen(session)) is { } no)
        {
            return no;
        }

        if (original.Role != MessageRole.User)
        {
            return new Refusal(RefusalKind.Conflict, "not_a_user_message", "Only what a user said can be edited.");
        }

        var edited = original with
        {
            Id = new(ids.NewId()),
            Sequence = session.State.NextSequence,
            Parts = command.Content,
            AuthorId = current.Required.UserId,
            ClientKey = command.ClientMessageId,
            CreatedAt = time.GetUtcNow(),
        };
        return await turn.Open(session, edited, isNew: true, continues: null, command.Key, cancellationToken);
    }
}
