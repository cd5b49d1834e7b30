namespace MeatLizard.Infrastructure.Discord;

/// <summary>Who goes first where all that a bot wants to send waits for the limit over all of its requests; the most urgent stands first.</summary>
public enum DiscordUrgency
{
    /// <summary>What keeps the relay in order, and costs little: heartbeats, cancels, acknowledgements.</summary>
    Control,

    /// <summary>The end of an answer.</summary>
    End,

    /// <summary>Everything of which nothing else is said; new orders and the first text of an answer too.</summary>
    Usual,

    /// <summary>More text of answers under way. It alone may not use up the limit: something is kept back for those above.</summary>
    Text,
}
