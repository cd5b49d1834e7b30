using FluentValidation;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Says something in a session and asks for the answer. Durable when it returns.</summary>
/// <param name="ClientMessageId">The caller's own id for the message.</param>
public sealed record SubmitMessage(SessionId SessionId, IReadOnlyList<MessagePart> Content, IdempotencyKey? Key, string? ClientMessageId)
    : IRequest<Outcome<SubmittedTurn>>;

internal sealed class SubmitMessageValidator : AbstractValidator<SubmitMessage>
{
    public SubmitMessageValidator()
    {
        SessionRules.Content(RuleFor(command => command.Content));
        SessionRules.ClientMessageId(RuleFor(command => command.ClientMessageId));
    }
}

internal sealed class SubmitMessageHandler(
    OwnSessions own,
    ISessionStore sessions,
    TurnOpening turn,
    Idempotent idempotent,
    IIdSource ids,
    CurrentActor current,
    TimeProvider time) : IRequestHandler<SubmitMessage, Outcome<SubmittedTurn>>
{
    private const int TitleLength = 60;

    public async Task<Outcome<SubmittedTurn>> Handle(SubmitMessage command, CancellationToken cancellationToken)
    {
        if (own.Recall(command.SessionId) is not { } recalled)
        {
            return await own.Find(command.SessionId, cancellationToken) is { } session
                ? await Submit(session, command, cancellationToken)
                : Refusal.NotFound;
        }

        var outcome = await Submit(recalled, command, cancellationToken);
        if (outcome.Refusal is null)
        {
            return outcome;
        }

        // What is remembered may say yes, which the commit confirms; for a no it may be out of date. Run again, this reads it.
        sessions.Forget(command.SessionId);
        throw new ConcurrencyConflictException("chat_session");
    }

    private async Task<Outcome<SubmittedTurn>> Submit(ChatSession session, SubmitMessage command, CancellationToken cancellationToken)
    {
        var (made, refusal) = await idempotent.Recall(command.Key, cancellationToken);
        if (made is not null)
        {
            return await turn.Replay(made, cancellationToken);
        }

        if ((refusal ?? TurnOpening.TurnOpen(session)) is { } no)
        {
            return no;
        }

        var now = time.GetUtcNow();
        var message = new Message
        {
            Id = new(ids.NewId()),
            SessionId = session.State.Id,
            ParentId = session.State.LeafId,
            Sequence = session.State.NextSequence,
            Role = MessageRole.User,
            Parts = command.Content,
            Status = MessageStatus.Complete,
            AuthorId = current.Required.UserId,
            ClientKey = command.ClientMessageId,
            CreatedAt = now,
        };
        if (session.State is { Title: null, LeafId: null })
        {
            session.Reconfigure(new SessionPatch { Title = new(TitleFrom(message.Text)) }.Onto(session.State), now);
        }

        return await turn.Open(session, message, isNew: true, continues: null, command.Key, cancellationToken);
    }

    private static string TitleFrom(string text)
    {
        var line = text.Trim().ReplaceLineEndings("\n").Split('\n')[0].Trim();
        if (line.Length <= TitleLength)
        {
            return line;
        }

        var space = line.LastIndexOf(' ', TitleLength);
        var end = space > TitleLength / 2 ? space : TitleLength;
        return line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)] + "…";
    }
}
