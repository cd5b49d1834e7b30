namespace MeatLizard.Infrastructure.Discord;

/// <summary>
/// What time it is at Discord, by whose clock its ids are drawn. This machine's may be wrong by a day, and then what was just posted would look
/// like yesterday's, or like tomorrow's. Learned from the <c>Date</c> of Discord's answers; until the first one, this machine's.
/// </summary>
public sealed class DiscordClock(TimeProvider time)
{
    /// <summary>The date is told in whole seconds, and takes a while to come: what this clock shows is at most so much too early.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(2);

    private long _ahead;

    /// <summary>Never later than it is there, but for the way an answer takes.</summary>
    public DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    /// <summary>An id that is less than that of whatever is posted from now on, and not much less.</summary>
    public Snowflake BeforeNow => Snowflake.FirstAt(Now - Early);

    /// <param name="said">As an answer that has just come says.</param>
    public void Learn(DateTimeOffset said) => Interlocked.Exchange(ref _ahead, (said - time.GetUtcNow()).Ticks);
}
