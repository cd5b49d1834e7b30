namespace MeatLizard.Infrastructure.Discord;

/// <summary>Hears what the gateway tells, one event at a time and in order.</summary>
public interface IDiscordListener
{
    /// <summary>
    /// The next event comes when all listeners are done with this one: what takes long is to be done elsewhere. An exception is logged, and
    /// the next event comes.
    /// </summary>
    ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken);
}
