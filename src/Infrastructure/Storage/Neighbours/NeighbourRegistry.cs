using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

/// <summary>
/// The workers of this host, and behind them those that hosts beside it hold, as the database last told. A host gives out its own slots
/// alone; of the others it knows that somebody is there, so that what it cannot give out waits for them.
/// </summary>
internal sealed class NeighbourRegistry(MemoryWorkerRegistry own, TimeProvider time) : IWorkerRegistry
{
    private readonly Lock _gate = new();
    private IReadOnlyList<WorkerPresence> _elsewhere = [];
    private DateTimeOffset? _elsewhereUntil;

    public DateTimeOffset? EmptySince
    {
        get
        {
            lock (_gate)
            {
                return _elsewhere.Count > 0 || own.EmptySince is not { } ownSince ? null
                    : _elsewhereUntil is { } until && until > ownSince ? until
                    : ownSince;
            }
        }
    }

    /// <summary>Whether another host has a worker that this one has not.</summary>
    public bool HasNeighbours => Elsewhere.Count > 0;

    private IReadOnlyList<WorkerPresence> Elsewhere
    {
        get
        {
            lock (_gate)
            {
                return _elsewhere;
            }
        }
    }

    /// <summary>Those whose way this host holds.</summary>
    public IReadOnlyList<WorkerPresence> Own() => own.List();

    public IReadOnlyList<WorkerPresence> List()
    {
        var here = own.List();
        var elsewhere = Elsewhere;
        return elsewhere.Count == 0 ? here : [.. here, .. elsewhere.Where(other => here.All(one => one.Id != other.Id))];
    }

    /// <summary>What the hosts beside this one hold now.</summary>
    public void Learn(IReadOnlyList<WorkerPresence> elsewhere)
    {
        lock (_gate)
        {
            if (_elsewhere.Count > 0 && elsewhere.Count == 0)
            {
                _elsewhereUntil = time.GetUtcNow();
            }

            _elsewhere = elsewhere;
        }
    }

    public ModelDescriptor? FindModel(string? name) =>
        own.FindModel(name) ?? ModelDescriptor.Find(Elsewhere.SelectMany(worker => worker.Models), name);

    public void Announce(WorkerId worker, string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem) =>
        own.Announce(worker, carrier, epoch, models, slots, problem);

    public bool Beat(WorkerId worker, Heartbeat beat) => own.Beat(worker, beat);

    public void Drain(WorkerId worker) => own.Drain(worker);

    public void Remove(WorkerId worker) => own.Remove(worker);

    public ValueTask<bool> TryReserve(WorkerId worker, RequestId request, CancellationToken cancellationToken) =>
        own.TryReserve(worker, request, cancellationToken);

    public void Release(RequestId request) => own.Release(request);

    public void Release(RequestId request, WorkerId worker) => own.Release(request, worker);
}
