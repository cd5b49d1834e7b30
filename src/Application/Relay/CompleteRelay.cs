using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>The worker is done and all its text is recorded: the turn ends well.</summary>
/// <param name="Chunks">How many chunks the worker sent.</param>
public sealed record CompleteRelay(RequestId RequestId, int Attempt, int Chunks, FinishReason FinishReason, TokenUsage Usage)
    : IRequest<Outcome<AttemptUpdate>>, IForTheHost
{
    /// <summary>SHA-256 of each part's text as the worker sent it, lower-case hex; empty where it is not known.</summary>
    public IReadOnlyList<string> PartHashes { get; init; } = [];
}

internal sealed class CompleteRelayHandler(IRequestStore requests, TurnEnding ending, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<CompleteRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(CompleteRelay command, CancellationToken cancellationToken)
    {
        if (await requests.Find(command.RequestId, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        if (request.State.NextChunk < command.Chunks)
        {
            return AttemptUpdate.Gap;
        }

        var now = time.GetUtcNow();
        request.Complete(command.Attempt, now);
        var ended = await ending.End(request, session: null, command.Usage, command.FinishReason, now, cancellationToken);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        ending.Announce(ended);
        return AttemptUpdate.Taken;
    }
}
