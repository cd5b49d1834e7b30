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

    public AttemptMemory Memory { get; init; } = new();
}

internal sealed class CompleteRelayHandler(
    IRequestStore requests,
    IReplyLog log,
    Requeueing requeueing,
    TurnEnding ending,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<CompleteRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(CompleteRelay command, CancellationToken cancellationToken)
    {
        if (await command.Memory.Take(command.RequestId, requests, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        if (request.State.NextChunk < command.Chunks)
        {
            return AttemptUpdate.Gap;
        }

        var now = time.GetUtcNow();
        var text = await AnswerText.Load(log, command.RequestId, cancellationToken);
        if (command.PartHashes.Count > 0 && !text.Matches(command.PartHashes))
        {
            request.Fail(command.Attempt, AnswerText.Damaged, now);
            await requeueing.Settle(request, now, ending, work, cancellationToken);
            return AttemptUpdate.Taken;
        }

        request.Complete(command.Attempt, now);
        var ended = await ending.End(request, session: null, text, command.Usage, command.FinishReason, now, cancellationToken);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(ended);
        return AttemptUpdate.Taken;
    }
}
