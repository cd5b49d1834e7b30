using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// The workers of all hosts. Each host knows its own for itself and tells the others through Redis, under a lease that it renews; slots
/// are given out by Redis. While Redis is away a host goes on with its own workers by its own count, and takes those of the others to be
/// where they were: nobody is given up because nobody could ask.
/// </summary>
internal sealed class RedisWorkerRegistry(RedisLink link, TimeProvider time) : IWorkerRegistry
{
    private readonly Lock _gate = new();
    private readonly WorkerBoard _board = new(link);
    private readonly Dictionary<WorkerId, KnownWorker> _own = [];
    private readonly Dictionary<RequestId, HeldSlot> _held = [];
    private readonly Dictionary<WorkerId, string> _drains = [];
    private readonly Dictionary<WorkerId, (Heartbeat? Beat, DateTimeOffset At)> _heard = [];
    private readonly HashSet<RequestId> _releases = [];
    private Dictionary<WorkerId, KnownWorker> _elsewhere = [];
    private Dictionary<RequestId, HeldSlot> _heldElsewhere = [];
    private IReadOnlyList<WorkerPresence>? _list;
    private DateTimeOffset? _emptySince = time.GetUtcNow();

    /// <summary>Something here is to be told to Redis soon.</summary>
    public event Action? Changed;

    public DateTimeOffset? EmptySince
    {
        get
        {
            lock (_gate)
            {
                if (_own.Count + _elsewhere.Count > 0)
                {
                    return null;
                }

                // Nobody is known to be away while nobody can be asked, nor until the others had a lease's time to be heard of again.
                var now = time.GetUtcNow();
                return link.BackSince is not { } back || now < back + WorkerBoard.Lease ? now : _emptySince;
            }
        }
    }

    public IReadOnlyList<WorkerPresence> List()
    {
        lock (_gate)
        {
            if (_list is null)
            {
                var taken = _held.Values.Concat(_heldElsewhere.Values).CountBy(slot => slot.Place).ToDictionary();
                _list =
                [
                    .. _own.Select(known => Present(known, isElsewhere: false)),
                    .. _elsewhere.Where(known => !_own.ContainsKey(known.Key)).Select(known => Present(known, isElsewhere: true)),
                ];

                WorkerPresence Present(KeyValuePair<WorkerId, KnownWorker> known, bool isElsewhere)
                {
                    var heard = isElsewhere ? default : _heard.GetValueOrDefault(known.Key);
                    return new(
                        known.Key,
                        known.Value.Carrier,
                        known.Value.Epoch,
                        known.Value.Models,
                        known.Value.Slots,
                        Math.Max(0, known.Value.Slots - taken.GetValueOrDefault((known.Key, known.Value.Epoch))),
                        known.Value.Draining || heard.Beat?.Draining is not null,
                        known.Value.Problem)
                    {
                        IsElsewhere = isElsewhere,
                        DrainReason = heard.Beat?.Draining,
                        LastBeat = heard.Beat,
                        HeardAt = heard.At,
                    };
                }
            }

            return _list;
        }
    }

    public ModelDescriptor? FindModel(string? name) => ModelDescriptor.Find(List().SelectMany(worker => worker.Models), name);

    public void Announce(WorkerId worker, string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem)
    {
        lock (_gate)
        {
            var before = _own.GetValueOrDefault(worker) ?? _elsewhere.GetValueOrDefault(worker);
            if (before is not null && before.Epoch != epoch)
            {
                // Another process: it knows nothing of what the old one was given.
                before = null;
                Forget(worker);
            }

            _own[worker] = new(carrier, epoch, models, slots, problem) { Draining = before?.Draining ?? false };
            _heard[worker] = (before is null ? null : _heard.GetValueOrDefault(worker).Beat, time.GetUtcNow());
            _emptySince = null;
            _list = null;
        }

        Changed?.Invoke();
    }

    public bool Beat(WorkerId worker, Heartbeat beat)
    {
        lock (_gate)
        {
            if (!_own.ContainsKey(worker))
            {
                return false;
            }

            if (_heard.GetValueOrDefault(worker).Beat is not { } last || beat.Number > last.Number)
            {
                _heard[worker] = (beat, time.GetUtcNow());
                _list = null;
            }

            return true;
        }
    }

    public void Drain(WorkerId worker)
    {
        lock (_gate)
        {
            if (_own.TryGetValue(worker, out var own))
            {
                _own[worker] = own with { Draining = true };
            }
            else if (_elsewhere.TryGetValue(worker, out var known))
            {
                _elsewhere[worker] = known with { Draining = true };
                _drains[worker] = known.Epoch;
            }

            _list = null;
        }

        Changed?.Invoke();
    }

    public void Remove(WorkerId worker)
    {
        lock (_gate)
        {
            if (!_own.Remove(worker))
            {
                return;
            }

            Forget(worker);
            NoteEmpty();
            _list = null;
        }

        Withdraw(worker);
    }

    public async ValueTask<bool> TryReserve(WorkerId worker, RequestId request, CancellationToken cancellationToken)
    {
        KnownWorker? known;
        bool isOwn;
        HeldSlot slot;
        lock (_gate)
        {
            isOwn = _own.TryGetValue(worker, out known);
            if ((!isOwn && !_elsewhere.TryGetValue(worker, out known))
                || known!.Draining
                || (isOwn && _heard.GetValueOrDefault(worker).Beat?.Draining is not null)
                || _held.ContainsKey(request)
                || _held.Values.Count(held => held.Place == (worker, known.Epoch)) >= known.Slots)
            {
                return false;
            }

            // Before Redis is asked: two calls here must not both take this host's last one while Redis is away.
            _held[request] = slot = new(worker, known.Epoch) { IsCertain = false };
            _releases.Remove(request);
            _list = null;
        }

        var (granted, asked) = (false, false);
        try
        {
            var reply = await _board.Reserve(worker, known.Epoch, request, cancellationToken);
            if (isOwn && reply is { Answered: true, Known: false })
            {
                // It was announced just now, or Redis has forgotten.
                await Beat(cancellationToken);
                reply = await _board.Reserve(worker, known.Epoch, request, cancellationToken);
            }

            // While Redis is away a worker of our own is ours to give.
            granted = reply.Answered ? reply.Granted : isOwn && HasRoom(worker, known);
            asked = true;
            return granted;
        }
        finally
        {
            if (!Settle(request, slot, granted) || !asked)
            {
                // Given back here meanwhile, or nobody waits for the answer any more: Redis may have granted it all the same.
                GiveBack(request, isOwn: true);
            }
        }
    }

    public void Release(RequestId request)
    {
        bool isOwn;
        lock (_gate)
        {
            isOwn = _held.Remove(request);
            if (!isOwn)
            {
                _heldElsewhere.Remove(request);
                if (!link.Answers)
                {
                    _releases.Add(request);
                }
            }

            _list = null;
        }

        GiveBack(request, isOwn);
    }

    public void Release(RequestId request, WorkerId worker)
    {
        lock (_gate)
        {
            if (_held.GetValueOrDefault(request)?.Worker != worker)
            {
                return;
            }
        }

        Release(request);
    }

    /// <summary>Tells Redis what this host has, and learns what the others have.</summary>
    internal async Task Beat(CancellationToken cancellationToken)
    {
        Dictionary<WorkerId, KnownWorker> own;
        Dictionary<RequestId, HeldSlot> held;
        Dictionary<WorkerId, string> drains;
        RequestId[] releases;
        lock (_gate)
        {
            (own, drains, releases) = (new(_own), new(_drains), [.. _releases]);
            held = _held.Where(slot => slot.Value.IsCertain).ToDictionary();
        }

        foreach (var request in releases)
        {
            GiveBack(request, isOwn: false);
        }

        if (await _board.Beat(drains, own, held, cancellationToken) is { } report)
        {
            Apply(report, own, held, drains, releases);
        }
    }

    /// <summary>This host leaves: the others need not wait for its lease to end.</summary>
    internal async Task WithdrawAll()
    {
        WorkerId[] own;
        lock (_gate)
        {
            own = [.. _own.Keys];
        }

        await Task.WhenAll(own.Select(worker => _board.Withdraw(worker).AsTask()));
    }

    private void Apply(
        RegistryReport report,
        Dictionary<WorkerId, KnownWorker> own,
        Dictionary<RequestId, HeldSlot> held,
        Dictionary<WorkerId, string> drains,
        RequestId[] releases)
    {
        List<WorkerId> left = [];
        List<RequestId> over = [];
        lock (_gate)
        {
            foreach (var request in report.Gone.Where(request => ReferenceEquals(_held.GetValueOrDefault(request), held[request])))
            {
                _held.Remove(request);
            }

            _elsewhere = [];
            _heldElsewhere = [];
            foreach (var row in report.Workers)
            {
                if (row.Host != link.Host)
                {
                    _elsewhere[row.Id] = row.Worker;
                    if (own.TryGetValue(row.Id, out var lost) && ReferenceEquals(_own.GetValueOrDefault(row.Id), lost))
                    {
                        // It has dialled in there since it did here.
                        _own.Remove(row.Id);
                    }
                }
                else if (_own.TryGetValue(row.Id, out var known))
                {
                    _own[row.Id] = known.Epoch != row.Worker.Epoch ? known : known with
                    {
                        Draining = known.Draining || row.Worker.Draining,
                        Generation = ReferenceEquals(known, own.GetValueOrDefault(row.Id)) ? row.Generation : known.Generation,
                    };
                }
                else
                {
                    left.Add(row.Id);
                }

                foreach (var (request, host) in row.Holders)
                {
                    if (host != link.Host)
                    {
                        _heldElsewhere[request] = new(row.Id, row.Worker.Epoch);
                    }
                    else if (!_held.ContainsKey(request))
                    {
                        over.Add(request);
                    }
                }
            }

            foreach (var drain in drains)
            {
                _drains.Remove(drain.Key);
            }

            _releases.ExceptWith(releases);
            NoteEmpty();
            _list = null;
        }

        // What was taken back here while Redis was being told.
        left.ForEach(Withdraw);
        over.ForEach(request => GiveBack(request, isOwn: true));
    }

    private bool HasRoom(WorkerId worker, KnownWorker known)
    {
        lock (_gate)
        {
            // The slot in question is among those held.
            return _held.Values.Concat(_heldElsewhere.Values).Count(slot => slot.Place == (worker, known.Epoch)) <= known.Slots;
        }
    }

    /// <returns>Whether nobody has given the slot back while it was being asked for.</returns>
    private bool Settle(RequestId request, HeldSlot slot, bool granted)
    {
        lock (_gate)
        {
            _list = null;
            if (!ReferenceEquals(_held.GetValueOrDefault(request), slot))
            {
                return false;
            }

            if (granted)
            {
                _held[request] = slot with { IsCertain = true };
            }
            else
            {
                _held.Remove(request);
            }

            return true;
        }
    }

    private void Forget(WorkerId worker)
    {
        foreach (var request in _held.Where(slot => slot.Value.Worker == worker).Select(slot => slot.Key).ToArray())
        {
            _held.Remove(request);
        }
    }

    private void NoteEmpty() => _emptySince = _own.Count + _elsewhere.Count > 0 ? null : _emptySince ?? time.GetUtcNow();

    // Nobody waits for these: what is lost of them the next beat finds, or a lease ends it.
    private void Withdraw(WorkerId worker) => _ = _board.Withdraw(worker).AsTask();

    private void GiveBack(RequestId request, bool isOwn) => _ = _board.Release(request, isOwn).AsTask();
}
