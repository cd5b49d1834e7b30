using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// Which relay channel an attempt has. A session gets the one that it had last when that is free; when none is free, the one with the
/// fewest answers in it is shared.
/// </summary>
internal sealed class RelayLeases
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(RequestId, int), Lease> _leases = [];
    private readonly Dictionary<string, Snowflake> _last = [];
    private readonly Dictionary<Snowflake, int> _load = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _load.Count;
            }
        }
    }

    /// <summary>The channels that can be leased, all of them.</summary>
    /// <returns>Those that could be before, and can't any more.</returns>
    public IReadOnlyList<Snowflake> Offer(IReadOnlyCollection<Snowflake> channels)
    {
        lock (_gate)
        {
            Snowflake[] gone = [.. _load.Keys.Except(channels)];
            foreach (var channel in gone)
            {
                Withdraw(channel);
            }

            foreach (var channel in channels)
            {
                _load.TryAdd(channel, 0);
            }

            return gone;
        }
    }

    /// <summary>A channel that is gone; its attempts have none any more.</summary>
    public void Withdraw(Snowflake channel)
    {
        lock (_gate)
        {
            _load.Remove(channel);
            foreach (var name in _leases.Where(lease => lease.Value.Channel == channel).Select(lease => lease.Key).ToArray())
            {
                _leases.Remove(name);
            }
        }
    }

    /// <returns>Null when there is no relay channel at all.</returns>
    public Snowflake? Take(WorkerId worker, RequestId request, int attempt, string session)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue((request, attempt), out var held))
            {
                return held.Channel;
            }

            // Who is asked again has let the attempt before lie, and nobody will say that it is over.
            for (var before = attempt - 1; before > 0; before--)
            {
                Drop((request, before));
            }

            if (_load.Count == 0)
            {
                return null;
            }

            var channel = _last.TryGetValue(session, out var last) && _load.TryGetValue(last, out var load) && load == 0
                ? last
                : _load.MinBy(one => (one.Value, one.Key.Value)).Key;
            if (_last.Count >= 4096)
            {
                _last.Clear();
            }

            _last[session] = channel;
            _load[channel]++;
            _leases[(request, attempt)] = new(worker, channel);
            return channel;
        }
    }

    public Snowflake? Of(RequestId request, int attempt)
    {
        lock (_gate)
        {
            return _leases.TryGetValue((request, attempt), out var lease) ? lease.Channel : null;
        }
    }

    /// <summary>A worker speaks of an attempt there, of which a host that has just started knows nothing else.</summary>
    public void Learn(WorkerId worker, RequestId request, int attempt, Snowflake channel)
    {
        lock (_gate)
        {
            if (_load.TryGetValue(channel, out var load) && _leases.TryAdd((request, attempt), new(worker, channel)))
            {
                _load[channel] = load + 1;
            }
        }
    }

    public void Release(RequestId request, int attempt)
    {
        lock (_gate)
        {
            Drop((request, attempt));
        }
    }

    public void ReleaseAll(WorkerId worker)
    {
        lock (_gate)
        {
            foreach (var name in _leases.Where(lease => lease.Value.Worker == worker).Select(lease => lease.Key).ToArray())
            {
                Drop(name);
            }
        }
    }

    private void Drop((RequestId, int) name)
    {
        if (_leases.Remove(name, out var lease) && _load.TryGetValue(lease.Channel, out var load))
        {
            _load[lease.Channel] = Math.Max(0, load - 1);
        }
    }

    private sealed record Lease(WorkerId Worker, Snowflake Channel);
}
