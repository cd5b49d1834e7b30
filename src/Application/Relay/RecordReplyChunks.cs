using MeatLizard.Application.Pipeline;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>Commits text under way, in order, and wakes its readers.</summary>
/// <param name="Chunks">Consecutive, by <see cref="ReplyAssembler"/>; those recorded before are dropped here.</param>
public sealed record RecordReplyChunks(RequestId RequestId, int Attempt, IReadOnlyList<ReplyChunk> Chunks)
    : IRequest<Outcome<AttemptUpdate>>, IForTheHost
{
    public AttemptMemory Memory { get; init; } = new();
}

internal sealed class RecordReplyChunksHandler(
    IRequestStore requests,
    IReplyLog log,
    IReplySignal signal,
    IUnitOfWork work,
    Telemetry telemetry,
    TimeProvider time) : IRequestHandler<RecordReplyChunks, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(RecordReplyChunks command, CancellationToken cancellationToken)
    {
        if (await command.Memory.Take(command.RequestId, requests, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        var chunks = command.Chunks;
        if (chunks[0].Sequence > request.State.NextChunk)
        {
            return AttemptUpdate.Gap;
        }

        if (chunks[0].Sequence < request.State.NextChunk)
        {
            chunks = [.. chunks.Where(chunk => chunk.Sequence >= request.State.NextChunk)];
            if (chunks.Count == 0)
            {
                return AttemptUpdate.Taken;
            }
        }

        var now = time.GetUtcNow();
        if (request.State.FirstTokenAt is null)
        {
            telemetry.FirstToken.Record((now - request.State.QueuedAt).TotalSeconds);
        }

        List<ReplyEvent> recorded = [];
        foreach (var piece in request.RecordChunks(command.Attempt, chunks, now))
        {
            var delta = new ReplyDelta(command.Attempt, piece.Part, piece.Kind, piece.Offset, piece.Text) { Id = request.AddReplyEvent() };
            log.Append(command.RequestId, delta);
            recorded.Add(delta);
        }

        requests.Save(request);
        await work.Commit(CommitDurability.Relaxed, cancellationToken);
        signal.Raise(command.RequestId, recorded);
        command.Memory.Keep(request);
        return AttemptUpdate.Taken;
    }
}
