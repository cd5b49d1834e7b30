namespace MeatLizard.DiscordStandIn.Disturbance;

/// <summary>Faults waiting for their requests. Safe from any thread.</summary>
internal sealed class RestFaults
{
    private readonly Lock _gate = new();
    private readonly List<RestFault> _waiting = [];

    /// <summary>One way, to the stand-in and back.</summary>
    public TimeSpan Latency { get; set; }

    public void Add(RestFault fault)
    {
        lock (_gate)
        {
            _waiting.Add(fault);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _waiting.Clear();
        }
    }

    /// <summary>The oldest fault that meets this request, if any; it is then used once.</summary>
    public RestFault? Take(string route, ulong? bot, string? channel)
    {
        lock (_gate)
        {
            if (_waiting.Find(one => one.Match.Matches(route, bot, channel)) is not { } fault)
                return null;
            if (--fault.Left <= 0)
                _ = _waiting.Remove(fault);
            return fault;
        }
    }
}
