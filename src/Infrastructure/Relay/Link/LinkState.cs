namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>How a worker's link stands, for its operator.</summary>
public sealed class LinkState(TimeProvider time)
{
    private readonly Lock _gate = new();
    private bool _connected;
    private DateTimeOffset _since = time.GetUtcNow();
    private string? _problem;

    /// <summary>Connected, since when it is or is not, and what was in the way the last time.</summary>
    public (bool Connected, DateTimeOffset Since, string? Problem) Now
    {
        get
        {
            lock (_gate)
            {
                return (_connected, _since, _problem);
            }
        }
    }

    internal void Set(bool connected, string? problem)
    {
        lock (_gate)
        {
            if (connected != _connected)
            {
                (_connected, _since) = (connected, time.GetUtcNow());
            }

            _problem = problem;
        }
    }
}
