using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>A worker does not take an attempt on: it goes back to the queue, and is asked for again after a moment.</summary>
public sealed record DeclineRelay(RequestId RequestId, int Attempt, string Code) : IRequest<Outcome<AttemptUpdate>>, IForTheHost;

internal sealed class DeclineRelayHandler(
    IRequestStore requests,
    IOutbox outbox,
    IWorkerRegistry workers,
    OutboxBell bell,
    IUnitOfWork work,
    IIdSource ids,
    TimeProvider time) : IRequestHandler<DeclineRelay, Outcome<AttemptUpdate>>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async Task<Outcome<AttemptUpdate>> Handle(DeclineRelay command, CancellationToken cancellationToken)
    {
        if (await requests.Find(command.RequestId, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        var now = time.GetUtcNow();
        request.Decline(command.Attempt, command.Code, now);
        requests.Save(request);
        outbox.Add(new(ids.NewId(), OutboxTopic.Dispatch, command.RequestId, command.Attempt, null, now + Pause));
        await work.Commit(CommitDurability.Synced, cancellationToken);
        workers.Release(command.RequestId);
        bell.Ring();
        return AttemptUpdate.Taken;
    }
}
