namespace MeatLizard.Infrastructure.Discord;

/// <summary>A slash command, as it is registered.</summary>
/// <param name="Name">1 to 32 lower-case letters, digits, hyphens.</param>
/// <param name="Description">1 to 100 characters.</param>
public sealed record DiscordCommand(string Name, string Description)
{
    /// <summary>Up to 25. Sub-commands, or options of which the required ones come first.</summary>
    public IReadOnlyList<DiscordCommandOption> Options { get; init; } = [];

    /// <summary>Who is shown it, until a guild's admin decides otherwise. Null: everybody.</summary>
    public DiscordPermissions? DefaultPermissions { get; init; }

    /// <summary>Whether it can be called outside guilds too; said only of global commands.</summary>
    public bool InDirectChannels { get; init; }
}
