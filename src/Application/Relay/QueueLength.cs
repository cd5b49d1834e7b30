namespace MeatLizard.Application.Relay;

/// <summary>
/// How many requests wait in front of a new one. Behind a long queue nobody cares about the exact place, and counting it each time would
/// slow every message down when there are most of them: once it is long it is looked at once a second.
/// </summary>
public sealed class QueueLength(TimeProvider time)
{
    /// <summary>From here on it is called long, and not counted further.</summary>
    public const int Most = 100;

    private static readonly TimeSpan StaysLong = TimeSpan.FromSeconds(1);

    private const long Never = long.MinValue;

    /// <summary>When it was found long, as <see cref="TimeProvider.GetTimestamp"/> has it; <see cref="Never"/> when it was short.</summary>
    private long _foundLong = Never;

    /// <returns>0 to <see cref="Most"/>.</returns>
    internal async ValueTask<int> Count(IRequestStore requests, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _foundLong) is var at and not Never && time.GetElapsedTime(at) < StaysLong)
        {
            return Most;
        }

        var now = time.GetTimestamp();
        var count = await requests.CountQueued(Most, cancellationToken);
        Volatile.Write(ref _foundLong, count >= Most ? now : Never);
        return count;
    }
}
