namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// Kept answers in Redis. KEYS: those that there are, by their last use in microseconds of Redis' own clock; the size of each; the size of
/// all. An answer is a key of its own, which begins with ARGV[1] and goes on with the answer's name.
/// </summary>
internal static class RedisAnswerScripts
{
    private const string Common =
        """
        local function now()
          local time = redis.call('TIME')
          return time[1] * 1000000 + time[2]
        end
        local function drop(name)
          redis.call('DEL', ARGV[1] .. name)
          redis.call('ZREM', KEYS[1], name)
          local size = redis.call('HGET', KEYS[2], name)
          if size then
            redis.call('HDEL', KEYS[2], name)
            redis.call('DECRBY', KEYS[3], size)
          end
        end

        """;

    /// <summary>ARGV[2]: its name. Returns the answer, or nothing.</summary>
    public const string Find = Common +
        """
        local answer = redis.call('GET', ARGV[1] .. ARGV[2])
        if answer then redis.call('ZADD', KEYS[1], 'XX', now(), ARGV[2]) else drop(ARGV[2]) end
        return answer
        """;

    /// <summary>ARGV[2]: its name; then the answer, for how many milliseconds, how many there may be, and of how many bytes.</summary>
    public const string Keep = Common +
        """
        drop(ARGV[2])
        redis.call('SET', ARGV[1] .. ARGV[2], ARGV[3], 'PX', ARGV[4])
        redis.call('ZADD', KEYS[1], now(), ARGV[2])
        redis.call('HSET', KEYS[2], ARGV[2], #ARGV[3])
        local bytes = redis.call('INCRBY', KEYS[3], #ARGV[3])
        while bytes > tonumber(ARGV[6]) or redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[5]) do
          local least = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
          if not least then break end
          drop(least)
          bytes = tonumber(redis.call('GET', KEYS[3]) or '0')
        end
        for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[4]) end
        return 1
        """;

    /// <summary>ARGV[2]: with what the names of the user's answers begin.</summary>
    public const string Forget = Common +
        """
        for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
          if string.sub(name, 1, #ARGV[2]) == ARGV[2] then drop(name) end
        end
        return 1
        """;

    /// <summary>Returns how many there are, and of how many bytes.</summary>
    public const string Measure =
        """
        return {redis.call('ZCARD', KEYS[1]), tonumber(redis.call('GET', KEYS[3]) or '0')}
        """;
}
