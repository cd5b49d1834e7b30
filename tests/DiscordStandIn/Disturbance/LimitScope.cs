namespace MeatLizard.DiscordStandIn.Disturbance;

/// <summary>Whose limit a 429 speaks of.</summary>
public enum LimitScope
{
    /// <summary>The bot's, for one bucket.</summary>
    User,

    /// <summary>The channel's or guild's, which others have used up.</summary>
    Shared,

    /// <summary>The bot's, for everything.</summary>
    Global,

    /// <summary>The address's: an answer from in front of Discord, without its headers and without JSON.</summary>
    Cloudflare,
}
