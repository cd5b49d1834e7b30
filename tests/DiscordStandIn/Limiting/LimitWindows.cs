namespace MeatLizard.DiscordStandIn.Limiting;

/// <summary>Counts by key in fixed windows, as Discord does. A limit that changes holds from the next request on.</summary>
internal sealed class LimitWindows(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Reset, int Used)> _windows = [];

    /// <summary>Takes one if there is one.</summary>
    public Taken Take(string key, RateLimit limit) => Count(key, limit, take: true);

    /// <summary>The same, without taking.</summary>
    public Taken Look(string key, RateLimit limit) => Count(key, limit, take: false);

    private Taken Count(string key, RateLimit limit, bool take)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_windows.TryGetValue(key, out var window) || window.Reset <= now)
                window = (now + limit.Per, 0);
            var granted = window.Used < limit.Requests;
            if (take)
                _windows[key] = granted ? window with { Used = window.Used + 1 } : window;
            var used = granted && take ? window.Used + 1 : window.Used;
            return new Taken(granted, limit.Requests, Math.Max(0, limit.Requests - used), window.Reset - now, window.Reset);
        }
    }
}
