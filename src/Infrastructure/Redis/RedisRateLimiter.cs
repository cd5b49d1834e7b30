using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// Exact counts over all hosts, in windows that begin with a subject's first take, by Redis' own clock. While Redis is away each host
/// grants a part of every limit by its own count.
/// </summary>
internal sealed class RedisRateLimiter(RedisLink link, TimeProvider time) : IRateLimiter
{
    /// <summary>Without Redis a host grants one such part of each limit, at least one: up to so many hosts together stay within it.</summary>
    public const int Strictness = 4;

    /// <summary>
    /// All limits of a call, or none. KEYS: the counts. ARGV, for each: amount, window, what this host itself was granted in the window that
    /// runs, and how much of that is left; times in milliseconds. Where Redis has forgotten that (it was flushed, or is another one), it is
    /// told. Returns whether granted; then each count and what is left of its window.
    /// </summary>
    private const string Script =
        """
        local granted = 1
        for i, key in ipairs(KEYS) do
          local at = (i - 1) * 4
          local count = tonumber(redis.call('GET', key) or '0')
          local own, left = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
          if count < own and left > 0 then
            if count == 0 then redis.call('SET', key, own, 'PX', left) else redis.call('SET', key, own, 'KEEPTTL') end
            count = own
          end
          if count >= tonumber(ARGV[at + 1]) then granted = 0 end
        end
        if granted == 1 then
          for i, key in ipairs(KEYS) do
            if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[(i - 1) * 4 + 2]) end
          end
        end
        local reply = {granted}
        for i, key in ipairs(KEYS) do
          local left = redis.call('PTTL', key)
          reply[i * 2] = tonumber(redis.call('GET', key) or '0')
          reply[i * 2 + 1] = left > 0 and left or tonumber(ARGV[(i - 1) * 4 + 2])
        end
        return reply
        """;

    /// <summary>What this host was granted, by Redis or without it.</summary>
    private readonly MemoryRateLimiter _own = new(time);

    public async ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limits.Count);
        var asked = time.GetUtcNow();
        return await link.Evaluate(Script, [.. limits.Select(KeyOf)], [.. limits.SelectMany(Arguments)], cancellationToken) is { } reply
            ? Read(limits, (long[])reply!, asked)
            : await TakeAlone(limits, cancellationToken);
    }

    private IEnumerable<RedisValue> Arguments((Limit Limit, string Subject) asked)
    {
        var (taken, left) = _own.Known(asked);
        return [asked.Limit.Amount, Milliseconds(asked.Limit.Window), taken, Milliseconds(left)];
    }

    private RateDecision Read(IReadOnlyList<(Limit Limit, string Subject)> limits, long[] reply, DateTimeOffset asked)
    {
        var granted = reply[0] == 1;
        (Limit, int, TimeSpan)[] counts =
            [.. limits.Select((one, i) => (one.Limit, (int)reply[(i * 2) + 1], TimeSpan.FromMilliseconds(reply[(i * 2) + 2])))];
        if (granted)
        {
            for (var i = 0; i < limits.Count; i++)
            {
                // From when it was asked: rather a little before the window's end in Redis than after it.
                _own.Note(limits[i], asked + counts[i].Item3);
            }
        }

        return MemoryRateLimiter.Strictest(granted, counts);
    }

    private async ValueTask<RateDecision> TakeAlone(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken)
    {
        var decision = await _own.Take(
            [.. limits.Select(asked => (asked.Limit with { Amount = Math.Max(1, asked.Limit.Amount / Strictness) }, asked.Subject))],
            cancellationToken);
        return decision with
        {
            Limit = limits.First(asked => (asked.Limit.ScopeKind, asked.Limit.Window) == (decision.Limit.ScopeKind, decision.Limit.Window)).Limit,
        };
    }

    private RedisKey KeyOf((Limit Limit, string Subject) asked) =>
        $"{link.Prefix}:limit:{asked.Limit.ScopeKind}:{Milliseconds(asked.Limit.Window)}:{asked.Subject}";

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
