namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>Which requests are counted together: Discord names a bucket for a route in its answers, and counts it for each channel apart.</summary>
internal sealed class BucketTable(TimeProvider time)
{
    private const int SweepAt = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<(string Name, string Major), RateBucket> _buckets = [];
    private readonly Dictionary<(string Route, string Major), (Lane Lane, int Users)> _lanes = [];
    private int _sweepAt = SweepAt;

    /// <summary>How many counts are kept at the moment.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _buckets.Count;
            }
        }
    }

    /// <summary>To be given back with <see cref="Leave"/>.</summary>
    public Lane LaneOf(RestCall call)
    {
        lock (_gate)
        {
            var key = (call.Name, call.Major);
            var (lane, users) = _lanes.TryGetValue(key, out var found) ? found : (new(), 0);
            _lanes[key] = (lane, users + 1);
            return lane;
        }
    }

    public void Leave(RestCall call)
    {
        lock (_gate)
        {
            var key = (call.Name, call.Major);
            var (lane, users) = _lanes[key];
            if (users == 1)
            {
                _lanes.Remove(key);
            }
            else
            {
                _lanes[key] = (lane, users - 1);
            }
        }
    }

    /// <summary>Requests that have a turn in the lane or wait for one.</summary>
    public int Waiting(RestCall call)
    {
        lock (_gate)
        {
            return _lanes.TryGetValue((call.Name, call.Major), out var found) ? found.Users : 0;
        }
    }

    public RateBucket BucketOf(RestCall call)
    {
        lock (_gate)
        {
            var key = (NameOf(call), call.Major);
            if (!_buckets.TryGetValue(key, out var bucket))
            {
                Sweep();
                bucket = _buckets[key] = new(time);
            }

            return bucket;
        }
    }

    /// <summary>What the answer says goes to the bucket that it names, which need not be the one that was asked.</summary>
    public void Learn(RestCall call, RateBucket asked, RateHeaders headers)
    {
        if (headers.Bucket is not { Length: > 0 } name)
        {
            asked.Learn(headers);
            return;
        }

        RateBucket named;
        lock (_gate)
        {
            _names[call.Name] = name;
            var key = (name, call.Major);
            if (!_buckets.TryGetValue(key, out named!))
            {
                named = _buckets[key] = asked;
            }
        }

        named.Learn(headers);
    }

    private string NameOf(RestCall call) => _names.GetValueOrDefault(call.Name, call.Name);

    private void Sweep()
    {
        if (_buckets.Count < _sweepAt)
        {
            return;
        }

        foreach (var (key, bucket) in _buckets.ToArray())
        {
            if (bucket.IsForgotten)
            {
                _buckets.Remove(key);
            }
        }

        _sweepAt = Math.Max(SweepAt, _buckets.Count * 2);
    }
}
