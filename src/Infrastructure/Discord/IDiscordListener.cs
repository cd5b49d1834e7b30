namespace MeatLizard.Infrastructure.Discord;

/// <summary>Hears what the gateway tells. Each listener is told one event at a time, in order, whatever the others are at.</summary>
public interface IDiscordListener
{
    /// <summary>An exception is logged, and the next event comes.</summary>
    ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken);
}
