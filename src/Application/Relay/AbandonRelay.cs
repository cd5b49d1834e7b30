using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>The process that had this request's attempt is gone.</summary>
/// <param name="Epoch">The worker's process that is there now; an attempt given to it is left alone.</param>
public sealed record AbandonRelay(RequestId RequestId, string Epoch, MessageError Error) : IRequest<Outcome<AttemptUpdate>>, IForTheHost
{
    /// <summary>Attempts at this request whose end that process knows from its journal and is going to say.</summary>
    public IReadOnlyList<int> Kept { get; init; } = [];
}

internal sealed class AbandonRelayHandler(
    IRequestStore requests,
    Requeueing requeueing,
    TurnEnding ending,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<AbandonRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(AbandonRelay command, CancellationToken cancellationToken)
    {
        if (await requests.Find(command.RequestId, cancellationToken) is not { State: { IsOpen: true, Status: not RequestStatus.Queued } } request
            || request.State.Target?.Epoch == command.Epoch
            || command.Kept.Contains(request.State.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        var now = time.GetUtcNow();
        if (request.State.Status == RequestStatus.Dispatched)
        {
            // It never took the order on, so nothing was tried. A process that is long in coming back must not use the attempts up.
            request.Decline(request.State.Attempt, command.Error.Code, now);
        }
        else
        {
            request.Fail(request.State.Attempt, command.Error, now);
        }

        await requeueing.Settle(request, now, ending, work, cancellationToken);
        return AttemptUpdate.Taken;
    }
}
