namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// Which session's prompt lies in which slot of llama-server. A session gets its own slot again when that is free, else the one that was
/// left alone longest; when all are busy it waits in turn.
/// </summary>
internal sealed class SlotTable
{
    private readonly Lock _sync = new();
    private readonly Slot[] _slots;
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly int _mostWaiting;
    private long _clock;

    public SlotTable(int slots, int mostWaiting = 256)
    {
        _slots = [.. Enumerable.Range(0, slots).Select(x => new Slot(x))];
        _mostWaiting = mostWaiting;
    }

    public int Count => _slots.Length;

    public int Free
    {
        get
        {
            lock (_sync)
                return _slots.Count(x => !x.Busy);
        }
    }

    /// <param name="session">Null for a request that has no past and no future: it takes a slot without keeping it.</param>
    public ValueTask<SlotLease> TakeAsync(string? session, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_sync)
        {
            // Whoever waits came first; while someone does, no slot is free.
            if (Choose(session) is { } slot)
                return ValueTask.FromResult(Hand(slot, session));
            if (_waiting.Count >= _mostWaiting)
                throw LlamaFaults.Busy(_waiting.Count);
            var waiter = new Waiter(session);
            _waiting.AddLast(waiter);
            return new ValueTask<SlotLease>(WaitAsync(waiter, cancellationToken));
        }
    }

    private async Task<SlotLease> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (table, waiter) = ((SlotTable, Waiter))state!;
                // Only what still stands in line can leave it; otherwise the slot was handed over at the same moment, and is used.
                lock (table._sync)
                {
                    if (!table._waiting.Remove(waiter))
                        return;
                }
                waiter.Turn.TrySetCanceled(token);
            },
            (this, waiter)).ConfigureAwait(false);
        return await waiter.Turn.Task.ConfigureAwait(false);
    }

    private Slot? Choose(string? session)
    {
        Slot? best = null;
        foreach (var slot in _slots)
        {
            if (slot.Busy)
                continue;
            if (session is not null && slot.Session == session)
                return slot;
            if (best is null || slot.Used < best.Used)
                best = slot;
        }
        return best;
    }

    private SlotLease Hand(Slot slot, string? session)
    {
        if (session is not null)
        {
            foreach (var other in _slots)
            {
                if (other.Session == session)
                    other.Session = null;
            }
        }
        slot.Busy = true;
        slot.Session = session;
        return new SlotLease(slot.Id, () => Return(slot));
    }

    private void Return(Slot slot)
    {
        Waiter? next;
        SlotLease? lease = null;
        lock (_sync)
        {
            slot.Busy = false;
            // A slot that holds nobody's prompt is the first to be given away.
            slot.Used = slot.Session is null ? 0 : ++_clock;
            next = _waiting.First?.Value;
            if (next is not null)
            {
                _waiting.RemoveFirst();
                lease = Hand(slot, next.Session);
            }
        }
        next?.Turn.SetResult(lease!);
    }

    private sealed class Slot(int id)
    {
        public int Id { get; } = id;
        public bool Busy { get; set; }
        public string? Session { get; set; }
        public long Used { get; set; }
    }

    private sealed class Waiter(string? session)
    {
        public string? Session { get; } = session;
        public TaskCompletionSource<SlotLease> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
