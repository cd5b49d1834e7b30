using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

/// <summary>Ends a conversation; a turn under way is cancelled first. Closing a closed session changes nothing.</summary>
public sealed record CloseSession(SessionId Id) : IRequest<Outcome<ChatSessionState>>;

internal sealed class CloseSessionHandler(OwnSessions own, ISessionStore sessions, TurnEnding ending, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<CloseSession, Outcome<ChatSessionState>>
{
    public async Task<Outcome<ChatSessionState>> Handle(CloseSession command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        if (session.State.Status == SessionStatus.Archived)
        {
            return session.State;
        }

        var now = time.GetUtcNow();
        var cancelled = await ending.CancelOpenTurn(session, now, cancellationToken);
        session.Close(now);
        sessions.Save(session);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(cancelled);
        return session.State;
    }
}
