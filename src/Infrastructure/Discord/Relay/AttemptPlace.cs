namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>Where an attempt is answered.</summary>
internal sealed class AttemptPlace(Snowflake channel)
{
    private readonly Lock _gate = new();
    private long? _reported;

    public Snowflake Channel => channel;

    /// <summary>Whether the last report of progress was long enough ago.</summary>
    public bool MayReport(TimeProvider time, TimeSpan pause)
    {
        lock (_gate)
        {
            if (_reported is { } last && time.GetElapsedTime(last) < pause)
            {
                return false;
            }

            _reported = time.GetTimestamp();
            return true;
        }
    }
}
