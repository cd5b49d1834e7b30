using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>A worker has been away for too long: it is offline, and what it was at is asked of somebody else or ended.</summary>
/// <param name="Epoch">Hex; the process that was lost. When another one has come meanwhile, nothing happens.</param>
public sealed record LoseWorker(WorkerId Id, string Epoch) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class LoseWorkerHandler(
    IWorkerStore store, IRequestStore requests, StatelessCalls calls, UseCases useCases, OutboxBell bell, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<LoseWorker, Outcome<Unit>>
{
    private const string NoEpoch = "";

    private static readonly MessageError Lost =
        new("worker_lost", "The connection to the worker was lost while it was answering. Try again.", Retryable: true);

    public async Task<Outcome<Unit>> Handle(LoseWorker command, CancellationToken cancellationToken)
    {
        var worker = await store.Find(command.Id, cancellationToken);
        if (worker is null || worker.State.Epoch != command.Epoch || worker.State.Status == WorkerStatus.Offline)
        {
            return Unit.Value;
        }

        calls.Abandon(command.Id, NoEpoch, kept: [], Lost);
        worker.Leave(time.GetUtcNow());
        store.Save(worker);
        await work.Commit(CommitDurability.Synced, cancellationToken);

        // Each is a transaction of its own: one that cannot be ended must not keep the others open.
        foreach (var orphan in await requests.Orphaned(command.Id, NoEpoch, cancellationToken))
        {
            await useCases.Send(new AbandonRelay(orphan, NoEpoch, Lost), actor: null, cancellationToken);
        }

        bell.Ring();
        return Unit.Value;
    }
}
