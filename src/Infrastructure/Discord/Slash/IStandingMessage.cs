namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>One message that is kept up to date in place of many.</summary>
public interface IStandingMessage
{
    /// <summary>
    /// Makes this the message's text: edits it when that is another one than before, and posts it when there is none, or not any more. Which
    /// message it is outlives the process. One call at a time.
    /// </summary>
    /// <exception cref="DiscordException">It could not be done; calling again may.</exception>
    Task Show(StandingPlace place, string text, CancellationToken cancellationToken);
}
