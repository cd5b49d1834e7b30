namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>
/// How often new sessions may be begun. Discord resets the token of a bot that begins more than 1,000 in a day, so a bot that is
/// restarted again and again has to know of it.
/// </summary>
internal sealed class IdentifyBudget(int perHour)
{
    private const int PerDay = 950;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Discord takes one in five seconds.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    public int Left(IReadOnlyList<DateTimeOffset> identified, DateTimeOffset now) =>
        Math.Max(0, Math.Min(perHour - Since(identified, now, Hour), PerDay - Since(identified, now, Day)));

    /// <summary>Zero when one may be begun now.</summary>
    public TimeSpan Wait(IReadOnlyList<DateTimeOffset> identified, DateTimeOffset now)
    {
        var wait = TimeSpan.Zero;
        foreach (var (most, window) in ((int, TimeSpan)[])[(1, Apart), (perHour, Hour), (PerDay, Day)])
        {
            var inside = identified.Where(at => IsInside(at, now, window)).Order().ToArray();
            if (inside.Length >= most)
            {
                var free = inside[inside.Length - most] + window - now;
                wait = free > wait ? free : wait;
            }
        }

        return wait;
    }

    /// <summary>What of them still counts.</summary>
    public static IReadOnlyList<DateTimeOffset> Recent(IEnumerable<DateTimeOffset> identified, DateTimeOffset now) =>
        [.. identified.Where(at => IsInside(at, now, Day))];

    private static int Since(IReadOnlyList<DateTimeOffset> identified, DateTimeOffset now, TimeSpan window) =>
        identified.Count(at => IsInside(at, now, window));

    // What seems to lie ahead was written before the clock was set back. It counts, but not for longer than one of now.
    private static bool IsInside(DateTimeOffset at, DateTimeOffset now, TimeSpan window) => at > now - window && at <= now + window;
}
