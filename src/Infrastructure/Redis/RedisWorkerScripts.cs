namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// What the registry does in Redis, each atomically. KEYS[1] is the prefix. A worker is a hash with a lease that its host renews; what a
/// request holds is a string and a member of its worker's set, both with a lease that whoever took it renews. A set belongs to one epoch.
/// </summary>
internal static class RedisWorkerScripts
{
    /// <summary>Takes a slot. ARGV: host, lease, worker, epoch, request, channel, notice. Returns 1, 0, or -1 when this worker is not known here.</summary>
    public const string Reserve = Words +
        """
        local host, lease, worker, epoch, request = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
        local known = redis.call('HMGET', p .. ':worker:' .. worker, 'epoch', 'draining', 'slots')
        if known[1] ~= epoch then return -1 end
        if known[2] == '1' then return 0 end
        local holder, held = holding(request)
        if holder then
          if redis.call('HGET', p .. ':worker:' .. holder, 'epoch') == held then return 0 end
          release(request)
        end
        if #members(worker, epoch) >= tonumber(known[3]) then return 0 end
        hold(worker, epoch, host, request, lease)
        redis.call('DEL', p .. ':released:' .. request)
        redis.call('PUBLISH', ARGV[6], ARGV[7])
        return 1
        """;

    /// <summary>
    /// Gives a slot back. ARGV: request, the only host that may have taken it or nothing, how long that host is to be told, channel, notice.
    /// </summary>
    public const string Release = Words +
        """
        if ARGV[2] == '' then
          release(ARGV[1])
          redis.call('SET', p .. ':released:' .. ARGV[1], '1', 'PX', ARGV[3])
        else
          local _, _, by = holding(ARGV[1])
          if by == ARGV[2] then release(ARGV[1]) end
        end
        redis.call('PUBLISH', ARGV[4], ARGV[5])
        """;

    /// <summary>A worker has left a host. ARGV: host, worker, channel, notice.</summary>
    public const string Withdraw = Words +
        """
        local key = p .. ':worker:' .. ARGV[2]
        if redis.call('HGET', key, 'host') == ARGV[1] then
          redis.call('DEL', key)
          redis.call('SREM', p .. ':workers', ARGV[2])
          redis.call('PUBLISH', ARGV[3], ARGV[4])
        end
        """;

    /// <summary>
    /// Renews what a host has and tells it what all have. ARGV: host, lease, how long a drain is kept; then, each after their number: drains
    /// (worker, epoch), own workers (id, generation or 0, epoch, slots, carrier, draining, problem, models), held slots (request, worker,
    /// epoch). Returns the requests whose slots are not the host's any more, and all workers: id, host, generation, epoch, slots, carrier,
    /// draining, problem, models, and who holds a slot, as request and host. Of two hosts that say they have a worker the later has it.
    /// </summary>
    public const string Beat = Words +
        """
        local host, lease, drainKept = ARGV[1], tonumber(ARGV[2]), ARGV[3]
        local at = 3
        local function take() at = at + 1; return ARGV[at] end
        for _ = 1, tonumber(take()) do
          local worker, epoch = take(), take()
          redis.call('SET', p .. ':drained:' .. worker, epoch, 'PX', drainKept)
          if redis.call('HGET', p .. ':worker:' .. worker, 'epoch') == epoch then redis.call('HSET', p .. ':worker:' .. worker, 'draining', '1') end
        end
        for _ = 1, tonumber(take()) do
          local id, generation, epoch, slots, carrier, draining, problem, models = take(), tonumber(take()), take(), take(), take(), take(), take(), take()
          local key = p .. ':worker:' .. id
          local other = redis.call('HMGET', key, 'host', 'generation')
          if generation == 0 then generation = time[1] * 1000000 + time[2] end
          if not other[1] or other[1] == host or tonumber(other[2]) <= generation then
            if redis.call('GET', p .. ':drained:' .. id) == epoch then draining = '1' end
            redis.call('HSET', key, 'host', host, 'generation', generation, 'epoch', epoch, 'slots', slots, 'carrier', carrier,
              'draining', draining, 'problem', problem, 'models', models)
            redis.call('PEXPIRE', key, lease)
            redis.call('SADD', p .. ':workers', id)
          end
        end
        local gone = {}
        for _ = 1, tonumber(take()) do
          local request, worker, epoch = take(), take(), take()
          local holder, held, by = holding(request)
          if redis.call('EXISTS', p .. ':released:' .. request) == 1
            or (holder and not (holder == worker and held == epoch and by == host)) then
            gone[#gone + 1] = request
          else
            hold(worker, epoch, host, request, lease)
          end
        end
        local all = {}
        for _, id in ipairs(redis.call('SMEMBERS', p .. ':workers')) do
          local known = redis.call('HMGET', p .. ':worker:' .. id, 'host', 'generation', 'epoch', 'slots', 'carrier', 'draining', 'problem', 'models')
          if known[1] then
            table.insert(known, 1, id)
            for _, member in ipairs(members(id, known[4])) do known[#known + 1] = member end
            all[#all + 1] = known
          else
            redis.call('SREM', p .. ':workers', id)
          end
        end
        return {gone, all}
        """;

    private const string Words =
        """
        local p = KEYS[1]
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local function taken(worker, epoch) return p .. ':taken:' .. worker .. ':' .. epoch end
        local function members(worker, epoch)
          redis.call('ZREMRANGEBYSCORE', taken(worker, epoch), '-inf', now)
          return redis.call('ZRANGE', taken(worker, epoch), 0, -1)
        end
        local function holding(request)
          local held = redis.call('GET', p .. ':hold:' .. request)
          if held then return string.match(held, '^(%S+) (%S+) (%S+)$') end
        end
        local function hold(worker, epoch, host, request, lease)
          redis.call('SET', p .. ':hold:' .. request, worker .. ' ' .. epoch .. ' ' .. host, 'PX', lease)
          redis.call('ZADD', taken(worker, epoch), now + lease, request .. ' ' .. host)
          redis.call('PEXPIRE', taken(worker, epoch), lease * 2)
        end
        local function release(request)
          local worker, epoch, host = holding(request)
          if worker then
            redis.call('ZREM', taken(worker, epoch), request .. ' ' .. host)
            redis.call('DEL', p .. ':hold:' .. request)
          end
        end

        """;
}
