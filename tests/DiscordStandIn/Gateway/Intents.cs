namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>Which events a session asks for; those that the stand-in knows events of, and the privileged ones.</summary>
[Flags]
public enum Intents
{
    None = 0,
    Guilds = 1 << 0,
    GuildMembers = 1 << 1,
    GuildPresences = 1 << 8,
    GuildMessages = 1 << 9,
    GuildMessageReactions = 1 << 10,
    GuildMessageTyping = 1 << 11,
    DirectMessages = 1 << 12,
    DirectMessageReactions = 1 << 13,
    DirectMessageTyping = 1 << 14,
    MessageContent = 1 << 15,

    /// <summary>Those that the application's owner must have switched on.</summary>
    AllPrivileged = GuildMembers | GuildPresences | MessageContent,

    /// <summary>Every bit that Discord gives a meaning.</summary>
    Known = ((1 << 17) - 1) | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25),
}
