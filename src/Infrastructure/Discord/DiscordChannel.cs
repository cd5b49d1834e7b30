namespace MeatLizard.Infrastructure.Discord;

/// <param name="GuildId">Null for a direct channel.</param>
/// <param name="Name">Empty for a direct channel.</param>
/// <param name="ParentId">The category, or a thread's channel.</param>
public sealed record DiscordChannel(
    Snowflake Id,
    Snowflake? GuildId,
    DiscordChannelKind Kind,
    string Name,
    string? Topic,
    Snowflake? ParentId,
    int Position,
    IReadOnlyList<DiscordOverwrite> Overwrites);
