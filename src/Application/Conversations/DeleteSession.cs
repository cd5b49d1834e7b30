using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Deletes a conversation with all its messages; a turn under way is cancelled first.</summary>
public sealed record DeleteSession(SessionId Id) : IRequest<Outcome<Unit>>;

internal sealed class DeleteSessionHandler(
    OwnSessions own,
    ISessionStore sessions,
    IMessageStore messages,
    TurnEnding ending,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<DeleteSession, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(DeleteSession command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        var now = time.GetUtcNow();
        var cancelled = await ending.CancelOpenTurn(session, now, cancellationToken);
        session.Delete(now);
        sessions.Save(session);
        messages.RemoveAll(command.Id);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(cancelled);
        return Unit.Value;
    }
}
