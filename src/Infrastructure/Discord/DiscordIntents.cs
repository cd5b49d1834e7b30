namespace MeatLizard.Infrastructure.Discord;

/// <summary>Groups of events that a session asks for.</summary>
[Flags]
public enum DiscordIntents
{
    None = 0,
    Guilds = 1 << 0,

    /// <summary>Privileged: has to be switched on for the application in Discord's developer portal.</summary>
    GuildMembers = 1 << 1,

    GuildMessages = 1 << 9,
    DirectMessages = 1 << 12,

    /// <summary>Privileged. Without it the content of messages is empty unless they mention the bot, are its own, or are direct.</summary>
    MessageContent = 1 << 15,
}
