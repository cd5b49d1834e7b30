using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>The workers whose carriers this process holds.</summary>
internal sealed class MemoryWorkerRegistry(TimeProvider time) : IWorkerRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, Known> _workers = [];
    private readonly Dictionary<RequestId, WorkerId> _reservations = [];
    private IReadOnlyList<WorkerPresence>? _list;
    private DateTimeOffset? _emptySince = time.GetUtcNow();

    public DateTimeOffset? EmptySince
    {
        get
        {
            lock (_gate)
            {
                return _emptySince;
            }
        }
    }

    public IReadOnlyList<WorkerPresence> List()
    {
        lock (_gate)
        {
            return _list ??=
            [
                .. _workers.Select(known => new WorkerPresence(
                    known.Key,
                    known.Value.Carrier,
                    known.Value.Epoch,
                    known.Value.Models,
                    known.Value.Slots,
                    Math.Max(0, known.Value.Slots - known.Value.Taken),
                    known.Value.DrainReason is not null,
                    known.Value.Problem)
                {
                    DrainReason = known.Value.DrainReason,
                    LastBeat = known.Value.LastBeat,
                    HeardAt = known.Value.HeardAt,
                }),
            ];
        }
    }

    public void Announce(WorkerId worker, string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem)
    {
        lock (_gate)
        {
            var known = _workers.GetValueOrDefault(worker);
            if (known is not null && known.Epoch != epoch)
            {
                // Another process: it knows nothing of what the old one was given.
                Forget(worker);
                known = null;
            }

            _workers[worker] = new Known(carrier, epoch, models, slots, problem)
            {
                Taken = known?.Taken ?? 0,
                Draining = known?.Draining ?? false,
                LastBeat = known?.LastBeat,
                HeardAt = time.GetUtcNow(),
            };
            _emptySince = null;
            _list = null;
        }
    }

    public bool Beat(WorkerId worker, Heartbeat beat)
    {
        lock (_gate)
        {
            if (!_workers.TryGetValue(worker, out var known))
            {
                return false;
            }

            if (known.LastBeat is not { } last || beat.Number > last.Number)
            {
                (known.LastBeat, known.HeardAt) = (beat, time.GetUtcNow());
                _list = null;
            }

            return true;
        }
    }

    public void Drain(WorkerId worker)
    {
        lock (_gate)
        {
            if (_workers.TryGetValue(worker, out var known))
            {
                known.Draining = true;
                _list = null;
            }
        }
    }

    public void Remove(WorkerId worker)
    {
        lock (_gate)
        {
            Forget(worker);
            if (_workers.Remove(worker) && _workers.Count == 0)
            {
                _emptySince = time.GetUtcNow();
            }

            _list = null;
        }
    }

    public ValueTask<bool> TryReserve(WorkerId worker, RequestId request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TryReserve(worker, request));

    public void Release(RequestId request)
    {
        lock (_gate)
        {
            if (_reservations.Remove(request, out var worker) && _workers.TryGetValue(worker, out var known))
            {
                known.Taken--;
                _list = null;
            }
        }
    }

    public void Release(RequestId request, WorkerId worker)
    {
        lock (_gate)
        {
            if (_reservations.TryGetValue(request, out var holder) && holder == worker)
            {
                Release(request);
            }
        }
    }

    public ModelDescriptor? FindModel(string? name) => ModelDescriptor.Find(List().SelectMany(worker => worker.Models), name);

    private bool TryReserve(WorkerId worker, RequestId request)
    {
        lock (_gate)
        {
            if (!_workers.TryGetValue(worker, out var known) || known.DrainReason is not null || known.Taken >= known.Slots || !_reservations.TryAdd(request, worker))
            {
                return false;
            }

            known.Taken++;
            _list = null;
            return true;
        }
    }

    private void Forget(WorkerId worker)
    {
        foreach (var request in _reservations.Where(held => held.Value == worker).Select(held => held.Key).ToArray())
        {
            _reservations.Remove(request);
        }
    }

    private sealed class Known(string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem)
    {
        public string Carrier { get; } = carrier;

        public string Epoch { get; } = epoch;

        public IReadOnlyList<ModelDescriptor> Models { get; } = models;

        public int Slots { get; } = slots;

        public string? Problem { get; } = problem;

        public int Taken { get; set; }

        /// <summary>On this server's side somebody wants it drained.</summary>
        public bool Draining { get; set; }

        public Heartbeat? LastBeat { get; set; }

        public DateTimeOffset HeardAt { get; set; }

        public string? DrainReason => Draining ? "It was asked to." : LastBeat?.Draining;
    }
}
