using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Carries a cut-off answer on: a sibling that begins with the same text.</summary>
public sealed record ContinueAnswer(MessageId Id, IdempotencyKey? Key) : IRequest<Outcome<SubmittedTurn>>;

internal sealed class ContinueAnswerHandler(OwnSessions own, IMessageStore messages, TurnOpening turn, Idempotent idempotent)
    : IRequestHandler<ContinueAnswer, Outcome<SubmittedTurn>>
{
    public async Task<Outcome<SubmittedTurn>> Handle(ContinueAnswer command, CancellationToken cancellationToken)
    {
        if (await own.FindMessage(command.Id, cancellationToken) is not var (answer, session))
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

        if (answer is not { Role: MessageRole.Assistant, ParentId: { } parent, Text.Length: > 0 }
            || await messages.Find(parent, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.Conflict, "nothing_to_continue", "Only an answer that has some text can be carried on.");
        }

        return await turn.Open(session, question, isNew: false, continues: answer, command.Key, cancellationToken);
    }
}
