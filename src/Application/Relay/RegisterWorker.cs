using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>A worker has said hello. If it is another process than before, what the old one was at has come to nothing, but for what this one has in its journal.</summary>
/// <param name="Host">This host's name.</param>
public sealed record RegisterWorker(WorkerId WorkerId, string Carrier, string Host, Hello Hello) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class RegisterWorkerHandler(
    IWorkerStore store,
    IWorkerRegistry registry,
    IRequestStore requests,
    StatelessCalls calls,
    UseCases useCases,
    OutboxBell bell,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<RegisterWorker, Outcome<Unit>>
{
    private static readonly MessageError Restarted =
        new("worker_restarted", "The worker was restarted while it was answering. Try again.", Retryable: true);

    public async Task<Outcome<Unit>> Handle(RegisterWorker command, CancellationToken cancellationToken)
    {
        var epoch = Convert.ToHexStringLower(command.Hello.WorkerEpoch);
        var arrival = new WorkerState
        {
            Id = command.WorkerId,
            Status = WorkerStatus.Online,
            Host = command.Host,
            Carrier = command.Carrier,
            Epoch = epoch,
            Slots = command.Hello.Slots,
            Hardware = command.Hello.Hardware,
            Problem = command.Hello.Problem,
            SeenAt = time.GetUtcNow(),
        };
        var worker = await store.Find(command.WorkerId, cancellationToken);
        if (worker is null)
        {
            worker = Worker.Join(arrival);
        }
        else
        {
            worker.Announce(arrival);
        }

        store.Save(worker);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        registry.Announce(command.WorkerId, command.Carrier, epoch, command.Hello.Models, command.Hello.Slots, command.Hello.Problem);
        calls.Abandon(command.WorkerId, epoch, command.Hello.Kept ?? [], Restarted);

        // Each is a transaction of its own: one that cannot be ended must not keep the others open.
        foreach (var orphan in await requests.Orphaned(command.WorkerId, epoch, cancellationToken))
        {
            int[] kept = [.. (command.Hello.Kept ?? []).Where(known => known.RequestId == orphan).Select(known => known.Attempt)];
            await useCases.Send(new AbandonRelay(orphan, epoch, Restarted) { Kept = kept }, actor: null, cancellationToken);
        }

        bell.Ring();
        return Unit.Value;
    }
}
