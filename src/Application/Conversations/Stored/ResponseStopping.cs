using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>Stops a response that is under way, down to the model's slot; what has arrived is kept.</summary>
internal sealed class ResponseStopping(ISessionStore sessions, TurnEnding ending, IUnitOfWork work, TimeProvider time)
{
    /// <summary>Stopping what has ended changes nothing.</summary>
    public async Task Stop(StoredResponse response, CancellationToken cancellationToken)
    {
        if (await sessions.Find(response.SessionId, cancellationToken) is not { } session)
        {
            return;
        }

        var cancelled = await ending.CancelOpenTurn(session, time.GetUtcNow(), cancellationToken);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(cancelled);
    }
}
