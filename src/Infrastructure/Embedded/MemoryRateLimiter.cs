using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>
/// Exact counts in windows that begin with a subject's first take. Bounded: past <paramref name="capacity"/> subjects, windows
/// that have ended go first, then those nearest their end.
/// </summary>
internal sealed class MemoryRateLimiter(TimeProvider time, int capacity) : IRateLimiter
{
    private readonly Lock _lock = new();
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
            var granted = limits.All(asked => Current(asked, now).Taken < asked.Limit.Amount);
            if (granted)
            {
                foreach (var asked in limits)
                {
                    var count = Current(asked, now);
                    if (count.Taken == 0 && _counts.Count >= capacity)
                    {
                        MakeRoom(now);
                    }

                    _counts[KeyOf(asked)] = count with { Taken = count.Taken + 1 };
                }
            }

            return ValueTask.FromResult(Strictest(granted, limits.Select(asked =>
            {
                var count = Current(asked, now);
                return (asked.Limit, count.Taken, count.End - now);
            })));
        }
    }

    /// <summary>What a caller is told of several limits: the one that it meets first.</summary>
    internal static RateDecision Strictest(bool granted, IEnumerable<(Limit Limit, int Taken, TimeSpan Left)> counts)
    {
        RateDecision? strictest = null;
        foreach (var (limit, taken, left) in counts)
        {
            var decision = new RateDecision(granted, limit, Math.Max(0, limit.Amount - taken), left);

            // Of two that are used up, the one that lasts longer is what the caller has to wait for.
            if (strictest is null
                || decision.Remaining < strictest.Remaining
                || (decision.Remaining == strictest.Remaining && decision.ResetAfter > strictest.ResetAfter))
            {
                strictest = decision;
            }
        }

        return strictest!;
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
