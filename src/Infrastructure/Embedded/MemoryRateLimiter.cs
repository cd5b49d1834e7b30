using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>
/// Exact counts. Requests in windows that begin with a subject's first take; tokens and open answers in the ledger. Bounded: past <paramref name="capacity"/> subjects, windows
/// that have ended go first, then those nearest their end.
/// </summary>
internal sealed class MemoryRateLimiter(TimeProvider time, int capacity) : IRateLimiter
{
    /// <summary>How often the database is asked for what is being settled all the time, before what it says is taken as it is.</summary>
    private const int Looks = 3;

    private readonly Lock _lock = new();
    private readonly MemoryLedger _ledger = new(capacity);
    private readonly Dictionary<(string Kind, TimeSpan Window, string Subject), Count> _counts = [];

    public MemoryRateLimiter(TimeProvider time)
        : this(time, capacity: 50_000)
    {
    }

    /// <summary>How many windows are kept.</summary>
    internal int Size
    {
        get
        {
            lock (_lock)
            {
                return _counts.Count;
            }
        }
    }

    public ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limits.Count);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            LimitUse[] uses = [.. limits.Select(asked => Use(asked, now, tokens: 0))];
            return ValueTask.FromResult(Decide(uses, limits, tokens: 0, now));
        }
    }

    public async ValueTask<RateDecision> Reserve(
        Reservation wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limits.Count);
        await AskForUnknown(limits, used, cancellationToken);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _ledger.Expire(now);
            LimitUse[] uses = [.. limits.Select(asked => Use(asked, now, wanted.Tokens))];
            var decision = Decide(uses, [.. limits.Where(asked => asked.Limit.Measure == LimitMeasure.Requests)], wanted.Tokens, now);
            if (decision.Granted)
            {
                _ledger.Hold(wanted, limits.Where(asked => asked.Limit.Measure != LimitMeasure.Requests));
            }

            return decision;
        }
    }

    public ValueTask Settle(Guid answer, int tokens, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _ledger.Settle(answer, tokens);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<LimitUse>> Look(
        IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken)
    {
        await AskForUnknown(limits, used, cancellationToken);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _ledger.Expire(now);
            return [.. limits.Select(asked => Use(asked, now, tokens: 0))];
        }
    }

    private async ValueTask AskForUnknown(
        IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken)
    {
        for (var look = 1; look <= Looks; look++)
        {
            List<((Limit Limit, string Subject) Asked, long Version)> unknown = [];
            lock (_lock)
            {
                var now = time.GetUtcNow();
                _ledger.Expire(now);
                foreach (var asked in limits)
                {
                    if (_ledger.IsUnknown(asked, now, out var version))
                    {
                        unknown.Add((asked, version));
                    }
                }
            }

            if (unknown.Count == 0)
            {
                return;
            }

            foreach (var (asked, version) in unknown)
            {
                // Never under the lock: the database takes its time.
                var settled = await used(asked, cancellationToken);
                lock (_lock)
                {
                    _ledger.Learn(asked, settled, version, insist: look == Looks, time.GetUtcNow());
                }
            }
        }
    }

    private LimitUse Use((Limit Limit, string Subject) asked, DateTimeOffset now, int tokens)
    {
        LimitUse use;
        if (asked.Limit.Measure == LimitMeasure.Requests)
        {
            var count = Current(asked, now);
            use = new(asked.Limit, asked.Subject, count.Taken, count.End - now);
        }
        else
        {
            use = _ledger.Use(asked, now);
        }

        return use with { Refuses = (long)use.Used + LimitUse.Share(asked.Limit, tokens) > asked.Limit.Amount };
    }

    /// <param name="uses">Before anything is taken.</param>
    /// <param name="counted">Of which a request is counted, when all grant it.</param>
    private RateDecision Decide(LimitUse[] uses, IReadOnlyList<(Limit Limit, string Subject)> counted, int tokens, DateTimeOffset now)
    {
        if (uses.Any(use => use.Refuses))
        {
            return RateDecision.From(granted: false, uses);
        }

        foreach (var asked in counted)
        {
            var count = Current(asked, now);
            if (count.Taken == 0 && _counts.Count >= capacity)
            {
                MakeRoom(now);
            }

            _counts[KeyOf(asked)] = count with { Taken = count.Taken + 1 };
        }

        return RateDecision.From(granted: true, [.. uses.Select(use => use with { Used = use.Used + LimitUse.Share(use.Limit, tokens) })]);
    }

    /// <summary>What is counted here in the window that runs, and how much of it is left.</summary>
    internal (int Taken, TimeSpan Left) Known((Limit Limit, string Subject) asked)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var count = Current(asked, now);
            return (count.Taken, count.End - now);
        }
    }

    /// <summary>Somebody else who counts has granted one, in a window that ends then.</summary>
    internal void Note((Limit Limit, string Subject) asked, DateTimeOffset end)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var count = Current(asked, now);
            var apart = asked.Limit.Window / 2;
            if (count.Taken == 0 || end - count.End > apart)
            {
                count = new(0, end);
            }
            else if (count.End - end > apart)
            {
                // An answer that was long on its way, from the window before.
                return;
            }

            if (count.Taken == 0 && _counts.Count >= capacity)
            {
                MakeRoom(now);
            }

            _counts[KeyOf(asked)] = new(count.Taken + 1, end > count.End ? end : count.End);
        }
    }

    private Count Current((Limit Limit, string Subject) asked, DateTimeOffset now) =>
        _counts.TryGetValue(KeyOf(asked), out var count) && now < count.End ? count : new(0, now + asked.Limit.Window);

    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, count) in _counts)
        {
            if (count.End <= now)
            {
                _counts.Remove(key);
            }
        }

        if (_counts.Count < capacity)
        {
            return;
        }

        // A tenth at once, so that the sorting is paid for by many takes.
        foreach (var (key, _) in _counts.OrderBy(entry => entry.Value.End).Take(Math.Max(1, capacity / 10)).ToArray())
        {
            _counts.Remove(key);
        }
    }

    private static (string Kind, TimeSpan Window, string Subject) KeyOf((Limit Limit, string Subject) asked) =>
        (asked.Limit.ScopeKind, asked.Limit.Window, asked.Subject);

    private readonly record struct Count(int Taken, DateTimeOffset End);
}
