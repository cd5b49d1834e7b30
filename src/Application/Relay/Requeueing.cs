using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>After an attempt that came to nothing: either the request waits for the next one, or it has ended. One commit.</summary>
internal sealed class Requeueing(IRequestStore requests, IOutbox outbox, IWorkerRegistry workers, OutboxBell bell, IIdSource ids)
{
    /// <param name="request">Has just been failed, declined, shortened or expired.</param>
    public async Task Settle(RelayRequest request, DateTimeOffset now, TurnEnding ending, IUnitOfWork work, CancellationToken cancellationToken)
    {
        var state = request.State;
        if (!state.IsOpen)
        {
            var ended = await ending.End(request, session: null, usage: null, finish: null, now, cancellationToken);
            await work.Commit(CommitDurability.Synced, cancellationToken);
            await ending.Announce(ended);
            return;
        }

        requests.Save(request);
        outbox.Add(new(ids.NewId(), OutboxTopic.Dispatch, state.Id, state.Attempt, null, now));

        // Whoever had the attempt may still be at it, for all we know.
        outbox.Add(new(ids.NewId(), OutboxTopic.Cancel, state.Id, state.Attempt, state.Target!.Name, now));
        await work.Commit(CommitDurability.Synced, cancellationToken);
        workers.Release(state.Id);
        bell.Ring();
    }
}
