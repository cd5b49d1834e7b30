using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Answers once more: a sibling of an answer, or the first answer to a question that has none.</summary>
/// <param name="Id">The answer, or the question.</param>
public sealed record RegenerateAnswer(MessageId Id, IdempotencyKey? Key) : IRequest<Outcome<SubmittedTurn>>;

internal sealed class RegenerateAnswerHandler(OwnSessions own, IMessageStore messages, TurnOpening turn, Idempotent idempotent)
    : IRequestHandler<RegenerateAnswer, Outcome<SubmittedTurn>>
{
    public async Task<Outcome<SubmittedTurn>> Handle(RegenerateAnswer command, CancellationToken cancellationToken)
    {
        if (await own.FindMessage(command.Id, cancellationToken) is not var (message, session))
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

        var question = message.Role == MessageRole.Assistant && message.ParentId is { } parent
            ? await messages.Find(parent, cancellationToken)
            : message;
        if (question is not { Role: MessageRole.User })
        {
            return new Refusal(RefusalKind.Conflict, "nothing_to_answer", "Only a user's message can be answered.");
        }

        return await turn.Open(session, question, isNew: false, continues: null, command.Key, cancellationToken);
    }
}
