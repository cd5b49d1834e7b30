using System.Collections.Concurrent;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// Exact counts over all hosts: of requests in windows that begin with a subject's first take, by Redis' own clock; of tokens and open answers as
/// <see cref="RedisReservations"/> has them. While Redis is away each host grants a part of every limit by its own count.
/// </summary>
internal sealed class RedisRateLimiter(RedisLink link, TimeProvider time) : IRateLimiter
{
    /// <summary>Without Redis a host grants one such part of each limit, at least one: up to so many hosts together stay within it.</summary>
    public const int Strictness = 4;

    /// <summary>As often is Redis told what the database knows; it forgets that between two looks only where somebody's reservation runs out.</summary>
    private const int Looks = 3;

    private const int MostLate = 10_000;

    /// <summary>What is to be settled and could not be, when Redis was away: told with the next call that finds it.</summary>
    private readonly ConcurrentQueue<(Guid Answer, int Tokens)> _late = new();

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

    public async ValueTask<RateDecision> Reserve(
        Reservation wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limits.Count);
        await SettleLate(cancellationToken);
        var asked = time.GetUtcNow();
        if (await Evaluate(wanted, limits, used, cancellationToken) is not { } uses)
        {
            return Widened(await _own.Reserve(wanted, Stricter(limits), used, cancellationToken), limits);
        }

        if (uses.Any(use => use.Refuses))
        {
            return RateDecision.From(granted: false, uses);
        }

        Note(uses, asked);
        return RateDecision.From(granted: true, [.. uses.Select(use => use with { Used = use.Used + LimitUse.Share(use.Limit, wanted.Tokens) })]);
    }

    public async ValueTask Settle(Guid answer, int tokens, CancellationToken cancellationToken)
    {
        await _own.Settle(answer, tokens, cancellationToken);
        await SettleLate(cancellationToken);
        if (!await TrySettle(answer, tokens, cancellationToken) && _late.Count < MostLate)
        {
            _late.Enqueue((answer, tokens));
        }
    }

    public async ValueTask<IReadOnlyList<LimitUse>> Look(
        IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken) =>
        limits.Count == 0 ? []
        : await Evaluate(wanted: null, limits, used, cancellationToken) is { } uses ? uses
        : await _own.Look(limits, used, cancellationToken);

    /// <returns>How far the limits are used, before what is granted is taken; null when Redis is away.</returns>
    private async ValueTask<LimitUse[]?> Evaluate(
        Reservation? wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken)
    {
        RedisKey[] keys = [RedisReservations.HoldOf(link.Prefix, wanted?.Answer ?? Guid.Empty), .. limits.Select(KeyOf)];
        var known = new int?[limits.Count];
        for (var look = 1; ; look++)
        {
            var now = time.GetUtcNow();
            var values = RedisReservations.Arguments(wanted, limits, known, _own, now);
            if (await link.Evaluate(RedisReservations.Reserve, keys, values, cancellationToken) is not { } answer)
            {
                return null;
            }

            var reply = (long[])answer!;
            if (reply[0] != RedisReservations.Unknown || look == Looks)
            {
                return RedisReservations.Read(wanted, limits, reply, now);
            }

            for (var i = 0; i < limits.Count; i++)
            {
                known[i] = limits[i].Limit.Measure == LimitMeasure.Tokens ? await used(limits[i], cancellationToken) : null;
            }
        }
    }

    private async ValueTask SettleLate(CancellationToken cancellationToken)
    {
        while (link.Answers && _late.TryDequeue(out var late))
        {
            if (!await TrySettle(late.Answer, late.Tokens, cancellationToken))
            {
                _late.Enqueue(late);
                return;
            }
        }
    }

    private async ValueTask<bool> TrySettle(Guid answer, int tokens, CancellationToken cancellationToken) =>
        await link.Evaluate(RedisReservations.Settle, [RedisReservations.HoldOf(link.Prefix, answer)], [$"{answer:N}", tokens], cancellationToken)
            is not null;

    private IEnumerable<RedisValue> Arguments((Limit Limit, string Subject) asked)
    {
        var (taken, left) = _own.Known(asked);
        return [asked.Limit.Amount, Milliseconds(asked.Limit.Window), taken, Milliseconds(left)];
    }

    private RateDecision Read(IReadOnlyList<(Limit Limit, string Subject)> limits, long[] reply, DateTimeOffset asked)
    {
        var granted = reply[0] == 1;
        LimitUse[] uses =
        [
            .. limits.Select((one, i) => new LimitUse(
                one.Limit, one.Subject, (int)reply[(i * 2) + 1], TimeSpan.FromMilliseconds(reply[(i * 2) + 2]))
            {
                Refuses = !granted && reply[(i * 2) + 1] >= one.Limit.Amount,
            }),
        ];
        if (granted)
        {
            Note(uses, asked);
        }

        return RateDecision.From(granted, uses);
    }

    /// <param name="asked">When: rather a little before the window's end in Redis than after it.</param>
    private void Note(IEnumerable<LimitUse> uses, DateTimeOffset asked)
    {
        foreach (var use in uses.Where(use => use.Limit.Measure == LimitMeasure.Requests))
        {
            _own.Note((use.Limit, use.Subject), asked + use.ResetAfter);
        }
    }

    private async ValueTask<RateDecision> TakeAlone(
        IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken) =>
        Widened(await _own.Take(Stricter(limits), cancellationToken), limits);

    /// <summary>A part of each, but for tokens, of which every host knows from the database.</summary>
    private static (Limit Limit, string Subject)[] Stricter(IReadOnlyList<(Limit Limit, string Subject)> limits) =>
    [
        .. limits.Select(asked => asked.Limit.Measure == LimitMeasure.Tokens
            ? asked
            : (asked.Limit with { Amount = Math.Max(1, asked.Limit.Amount / Strictness) }, asked.Subject)),
    ];

    /// <summary>What a host has decided alone, told of the limits as they are.</summary>
    private static RateDecision Widened(RateDecision decision, IReadOnlyList<(Limit Limit, string Subject)> limits)
    {
        var met = decision.Uses.TakeWhile(use => !ReferenceEquals(use.Limit, decision.Limit)).Count();
        return decision with
        {
            Limit = limits[met].Limit,
            Uses = [.. decision.Uses.Select((use, i) => use with { Limit = limits[i].Limit })],
        };
    }

    private RedisKey KeyOf((Limit Limit, string Subject) asked) => asked.Limit.Measure == LimitMeasure.Requests
        ? $"{link.Prefix}:limit:{asked.Limit.ScopeKind}:{Milliseconds(asked.Limit.Window)}:{asked.Subject}"
        : $"{link.Prefix}:{asked.Limit.Measure}:{asked.Limit.ScopeKind}:{Milliseconds(asked.Limit.Window)}:{asked.Subject}";

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
