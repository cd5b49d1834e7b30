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
    TimeProvider time) : IRequestHandler<ExpireOverdueRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(ExpireOverdueRelay command, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await requests.Find(command.RequestId, cancellationToken) is not { } request
            || !request.State.IsOpen
            || now < request.State.Deadline)
        {
            return AttemptUpdate.Stale;
        }

        request.Expire(now);
        await requeueing.Settle(request, now, ending, work, cancellationToken);
        return AttemptUpdate.Taken;
    }
}
