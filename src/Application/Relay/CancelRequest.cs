using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>Stops an answer, down to the model's slot; what has arrived is kept. Cancelling what has ended changes nothing.</summary>
public sealed record CancelRequest(RequestId Id) : IRequest<Outcome<RelayRequestState>>;

internal sealed class CancelRequestHandler(IRequestStore requests, OwnSessions own, TurnEnding ending, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<CancelRequest, Outcome<RelayRequestState>>
{
    public async Task<Outcome<RelayRequestState>> Handle(CancelRequest command, CancellationToken cancellationToken)
    {
        if (await requests.Find(command.Id, cancellationToken) is not { } request
            || await own.Find(request.State.SessionId, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        if (!request.State.IsOpen)
        {
            return request.State;
        }

        var now = time.GetUtcNow();
        request.Cancel(now);
        var ended = await ending.End(request, session, usage: null, finish: null, now, cancellationToken);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(ended);
        return request.State;
    }
}
