using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>A step of this request is overdue: somebody else is asked, or the turn ends with what there is.</summary>
public sealed record ExpireOverdueRelay(RequestId RequestId) : IRequest<Outcome<AttemptUpdate>>, IForTheHost;

internal sealed class ExpireOverdueRelayHandler(
    IRequestStore requests,
    Requeueing requeueing,
    TurnEnding ending,
    IUnitOfWork work,
    FallbackPolicy ladder,
    TimeProvider time) : IRequestHandler<ExpireOverdueRelay, Outcome<AttemptUpdate>>
{
    /// <summary>So long the dispatcher has, when there are rungs below the worker.</summary>
    private static readonly TimeSpan DispatcherGrace = TimeSpan.FromSeconds(5);

    /// <summary>A request that nobody was free for goes down the ladder, which is the dispatcher's to do.</summary>
    private TimeSpan QueueGrace => ladder.Rungs.Contains(FallbackRung.Markov) ? DispatcherGrace : TimeSpan.Zero;

    public async Task<Outcome<AttemptUpdate>> Handle(ExpireOverdueRelay command, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await requests.Find(command.RequestId, cancellationToken) is not { } request
            || !request.State.IsOpen
            || now < request.State.Deadline + (request.State.Status == RequestStatus.Queued ? QueueGrace : TimeSpan.Zero))
        {
            return AttemptUpdate.Stale;
        }

        request.Expire(now);
        await requeueing.Settle(request, now, ending, work, cancellationToken);
        return AttemptUpdate.Taken;
    }
}
