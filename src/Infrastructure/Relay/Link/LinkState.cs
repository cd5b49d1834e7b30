namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>How a worker's link stands, for its operator.</summary>
public sealed class LinkState(TimeProvider time) : ILinkReading
{
    private readonly Lock _gate = new();
    private bool _connected;
    private DateTimeOffset _since = time.GetUtcNow();
    private string? _problem;

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
