using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Embedded;

/// <summary>
/// Tokens and open answers. What is settled is a copy of what the database knows, asked for anew each minute, because other hosts settle as well;
/// what is held is known here alone. Not for two threads at once.
/// </summary>
internal sealed class MemoryLedger(int capacity)
{
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Name, Account> _accounts = [];
    private readonly Dictionary<Guid, List<(Name Account, int Tokens)>> _held = [];
    private readonly PriorityQueue<Guid, DateTimeOffset> _ends = new();

    /// <summary>Whether what is settled in the window that runs has to be asked for.</summary>
    /// <param name="version">For <see cref="Learn"/>.</param>
    public bool IsUnknown((Limit Limit, string Subject) asked, DateTimeOffset now, out long version)
    {
        version = 0;
        if (asked.Limit.Measure != LimitMeasure.Tokens)
        {
            return false;
        }

        var account = Find(asked);
        version = account.Version;
        return now >= account.AskAt || account.From != asked.Limit.WindowAt(now).From;
    }

    /// <summary>What the database said, unless something has happened since it was asked.</summary>
    /// <param name="insist">Then at least as much; it had been asked in vain often enough.</param>
    public void Learn((Limit Limit, string Subject) asked, int settled, long version, bool insist, DateTimeOffset now)
    {
        var account = Find(asked);
        var from = asked.Limit.WindowAt(now).From;
        if (account.Version == version)
        {
            account.Settled = settled;
        }
        else if (insist)
        {
            account.Settled = account.From == from ? Math.Max(account.Settled, settled) : settled;
        }
        else
        {
            return;
        }

        account.Version++;
        account.From = from;
        account.AskAt = now + KnownFor;
    }

    public LimitUse Use((Limit Limit, string Subject) asked, DateTimeOffset now)
    {
        var account = _accounts.GetValueOrDefault(NameOf(asked));
        if (asked.Limit.Measure == LimitMeasure.Concurrency)
        {
            return new(asked.Limit, asked.Subject, account?.Open ?? 0, TimeSpan.Zero);
        }

        var (from, until) = asked.Limit.WindowAt(now);
        var settled = account is not null && account.From == from ? account.Settled : 0;
        return new(asked.Limit, asked.Subject, (int)Math.Min(settled + (account?.Held ?? 0), int.MaxValue), until - now);
    }

    public void Hold(Reservation wanted, IEnumerable<(Limit Limit, string Subject)> limits)
    {
        List<(Name, int)> held = [];
        foreach (var asked in limits)
        {
            var account = Find(asked);
            var tokens = asked.Limit.Measure == LimitMeasure.Tokens ? LimitUse.Share(asked.Limit, wanted.Tokens) : 0;
            account.Open++;
            account.Held += tokens;
            held.Add((NameOf(asked), tokens));
        }

        if (held.Count > 0)
        {
            _held.Add(wanted.Answer, held);
            _ends.Enqueue(wanted.Answer, wanted.Until);
        }
    }

    public void Settle(Guid answer, int tokens)
    {
        foreach (var account in GiveBack(answer))
        {
            account.Settled += tokens;
            account.Version++;
        }
    }

    /// <summary>Gives up what nobody has settled in time: only the database knows what it has cost.</summary>
    public void Expire(DateTimeOffset now)
    {
        while (_ends.TryPeek(out var answer, out var end) && (end <= now || !_held.ContainsKey(answer)))
        {
            _ends.Dequeue();
            foreach (var account in GiveBack(answer))
            {
                account.AskAt = DateTimeOffset.MinValue;
            }
        }
    }

    private IEnumerable<Account> GiveBack(Guid answer)
    {
        if (!_held.Remove(answer, out var held))
        {
            return [];
        }

        return [.. held.Select(one =>
        {
            var account = _accounts[one.Account];
            account.Open--;
            account.Held -= one.Tokens;
            return account;
        })];
    }

    private Account Find((Limit Limit, string Subject) asked)
    {
        if (_accounts.TryGetValue(NameOf(asked), out var account))
        {
            return account;
        }

        if (_accounts.Count >= capacity)
        {
            // What nobody holds can be asked for again.
            foreach (var (name, _) in _accounts.Where(entry => entry.Value.Open == 0).Take(Math.Max(1, capacity / 10)).ToArray())
            {
                _accounts.Remove(name);
            }
        }

        return _accounts[NameOf(asked)] = new();
    }

    private static Name NameOf((Limit Limit, string Subject) asked) =>
        new(asked.Limit.ScopeKind, asked.Limit.Measure, asked.Limit.Window, asked.Subject);

    private readonly record struct Name(string Kind, LimitMeasure Measure, TimeSpan Window, string Subject);

    private sealed class Account
    {
        /// <summary>When the window began that <see cref="Settled"/> is of.</summary>
        public DateTimeOffset From { get; set; }

        public long Settled { get; set; }

        public long Held { get; set; }

        public int Open { get; set; }

        public DateTimeOffset AskAt { get; set; }

        /// <summary>Grows with every change of what is settled.</summary>
        public long Version { get; set; }
    }
}
