namespace MeatLizard.Infrastructure.Discord;

/// <param name="Roles">With the role of everybody, whose id is the guild's.</param>
public sealed record DiscordGuild(Snowflake Id, string Name, Snowflake OwnerId, IReadOnlyList<DiscordRole> Roles);
