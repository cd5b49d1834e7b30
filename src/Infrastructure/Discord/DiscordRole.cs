namespace MeatLizard.Infrastructure.Discord;

/// <param name="Position">Higher ones may manage lower ones.</param>
/// <param name="IsManaged">Belongs to an integration, for example a bot's own role.</param>
public sealed record DiscordRole(Snowflake Id, string Name, DiscordPermissions Permissions, int Position, bool IsManaged);
