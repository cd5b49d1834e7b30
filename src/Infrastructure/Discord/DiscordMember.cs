namespace MeatLizard.Infrastructure.Discord;

/// <param name="Roles">Without the role of everybody.</param>
public sealed record DiscordMember(DiscordUser User, IReadOnlyList<Snowflake> Roles);
