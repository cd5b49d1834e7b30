using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>A worker has taken an attempt on, or reports that it is getting ready for the first token.</summary>
/// <param name="Phase">Null for the acknowledgement itself.</param>
public sealed record AcknowledgeRelay(RequestId RequestId, int Attempt, ProgressPhase? Phase = null)
    : IRequest<Outcome<AttemptUpdate>>, IForTheHost
{
    public AttemptMemory Memory { get; init; } = new();
}

internal sealed class AcknowledgeRelayHandler(IRequestStore requests, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<AcknowledgeRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(AcknowledgeRelay command, CancellationToken cancellationToken)
    {
        if (await command.Memory.Take(command.RequestId, requests, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        if (request.State.Status == RequestStatus.Streaming || (command.Phase is null && request.State.Status == RequestStatus.Acknowledged))
        {
            return AttemptUpdate.Taken;
        }

        if (command.Phase is null)
        {
            request.Acknowledge(command.Attempt, time.GetUtcNow());
        }
        else
        {
            request.ReportProgress(command.Attempt, time.GetUtcNow());
        }

        requests.Save(request);
        await work.Commit(CommitDurability.Relaxed, cancellationToken);
        command.Memory.Keep(request);
        return AttemptUpdate.Taken;
    }
}
