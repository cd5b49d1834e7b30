using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Embedded;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// What open answers hold, as Redis keeps it. Of tokens: a number of those that are settled in the window that runs, which is a copy of what the
/// database knows and gone after a while, and beside it who holds how many until when. Of open answers: who is open until when. Of each answer:
/// where it holds something. Times are the hosts' own; they need be right to the minute only.
/// </summary>
internal static class RedisReservations
{
    /// <summary>The reply's first number when the database has to be asked.</summary>
    public const int Unknown = 2;

    /// <summary>
    /// All limits of an answer, or none. KEYS: where the answer writes down what it holds, then each limit's count. ARGV: now, the answer (empty:
    /// nothing is taken), until when; then for each limit: r, c or t; amount; what is asked; for how long the count is kept; for r what this host itself
    /// was granted, for t what the database knows or -1; for r how much of that window is left. Times in milliseconds. What nobody has settled in
    /// time may be in the database or not, hence the count is given up with it.
    /// </summary>
    public const string Reserve =
        """
        local now, answer, till = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
        local status = 1
        local used = {}
        for i = 2, #KEYS do
          local key, at = KEYS[i], 3 + (i - 2) * 6
          local kind, amount, asks = ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
          local span, own, left = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
          local count
          if kind == 'r' then
            count = tonumber(redis.call('GET', key) or '0')
            if count < own and left > 0 then
              if count == 0 then redis.call('SET', key, own, 'PX', left) else redis.call('SET', key, own, 'KEEPTTL') end
              count = own
            end
          elseif kind == 'c' then
            redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
            count = redis.call('ZCARD', key)
          else
            local open = key .. ':open'
            if redis.call('ZREMRANGEBYSCORE', open, '-inf', now) > 0 then redis.call('DEL', key) end
            count = tonumber(redis.call('GET', key) or '-1')
            if count < 0 and own >= 0 then
              redis.call('SET', key, own, 'PX', span)
              count = own
            end
            if count < 0 then
              status = 2
              count = 0
            end
            for _, member in ipairs(redis.call('ZRANGE', open, 0, -1)) do
              count = count + tonumber(string.match(member, ':(%d+)$'))
            end
          end
          used[i] = count
          if count + asks > amount and status == 1 then status = 0 end
        end
        if status == 1 and answer ~= '' then
          for i = 2, #KEYS do
            local key, at = KEYS[i], 3 + (i - 2) * 6
            local kind, asks, span = ARGV[at + 1], ARGV[at + 3], ARGV[at + 4]
            if kind == 'r' then
              if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, span) end
            else
              local open, member = key, answer
              if kind == 't' then open, member = key .. ':open', answer .. ':' .. asks end
              redis.call('ZADD', open, till, member)
              redis.call('PEXPIRE', open, math.max(redis.call('PTTL', open), till - now + 60000))
              redis.call('RPUSH', KEYS[1], kind .. asks .. ':' .. key)
              redis.call('PEXPIRE', KEYS[1], till - now + 60000)
            end
          end
        end
        local reply = {status}
        for i = 2, #KEYS do
          local left = redis.call('PTTL', KEYS[i])
          reply[i * 2 - 2] = used[i]
          reply[i * 2 - 1] = left > 0 and left or tonumber(ARGV[3 + (i - 2) * 6 + 4])
        end
        return reply
        """;

    /// <summary>
    /// KEYS: where the answer wrote down what it holds. ARGV: the answer, its tokens. A count that is not there is asked of the database later on, which
    /// knows of this answer already.
    /// </summary>
    public const string Settle =
        """
        local held = redis.call('LRANGE', KEYS[1], 0, -1)
        redis.call('DEL', KEYS[1])
        for _, entry in ipairs(held) do
          local kind, asks, key = string.match(entry, '^(%a)(%d+):(.*)$')
          if kind == 'c' then
            redis.call('ZREM', key, ARGV[1])
          elseif redis.call('ZREM', key .. ':open', ARGV[1] .. ':' .. asks) == 1 and redis.call('EXISTS', key) == 1 then
            redis.call('INCRBY', key, ARGV[2])
          end
        end
        return #held
        """;

    /// <summary>What is settled elsewhere, and lost on its way, is in the database after so long.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromMinutes(10);

    public static RedisKey HoldOf(string prefix, Guid answer) => $"{prefix}:hold:{answer:N}";

    /// <param name="wanted">Null: nothing is taken.</param>
    /// <param name="known">What the database has said of each limit's tokens.</param>
    /// <param name="own">What this host itself was granted.</param>
    public static RedisValue[] Arguments(
        Reservation? wanted,
        IReadOnlyList<(Limit Limit, string Subject)> limits,
        IReadOnlyList<int?> known,
        MemoryRateLimiter own,
        DateTimeOffset now)
    {
        List<RedisValue> values =
        [
            now.ToUnixTimeMilliseconds(), wanted is null ? RedisValue.EmptyString : $"{wanted.Answer:N}", (wanted?.Until ?? now).ToUnixTimeMilliseconds(),
        ];
        for (var i = 0; i < limits.Count; i++)
        {
            var limit = limits[i].Limit;
            RedisValue asks = wanted is null ? 0 : LimitUse.Share(limit, wanted.Tokens);
            switch (limit.Measure)
            {
                case LimitMeasure.Requests:
                    var (taken, left) = own.Known(limits[i]);
                    values.AddRange(["r", limit.Amount, asks, Milliseconds(limit.Window), taken, Milliseconds(left)]);
                    break;
                case LimitMeasure.Concurrency:
                    values.AddRange(["c", limit.Amount, asks, 0, 0, 0]);
                    break;
                default:
                    var window = limit.WindowAt(now).Until - now;
                    values.AddRange(["t", limit.Amount, asks, Math.Max(1, Milliseconds(window < KnownFor ? window : KnownFor)), known[i] ?? -1, 0]);
                    break;
            }
        }

        return [.. values];
    }

    /// <returns>How far the limits are used, before what is granted is taken.</returns>
    public static LimitUse[] Read(
        Reservation? wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, long[] reply, DateTimeOffset now) =>
    [
        .. limits.Select((one, i) =>
        {
            var used = (int)Math.Min(reply[(i * 2) + 1], int.MaxValue);
            var left = one.Limit.Measure switch
            {
                LimitMeasure.Requests => TimeSpan.FromMilliseconds(reply[(i * 2) + 2]),
                LimitMeasure.Tokens => one.Limit.WindowAt(now).Until - now,
                _ => TimeSpan.Zero,
            };
            return new LimitUse(one.Limit, one.Subject, used, left)
            {
                Refuses = wanted is not null && (long)used + LimitUse.Share(one.Limit, wanted.Tokens) > one.Limit.Amount,
            };
        }),
    ];

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
