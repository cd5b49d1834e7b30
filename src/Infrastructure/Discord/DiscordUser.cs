namespace MeatLizard.Infrastructure.Discord;

public sealed record DiscordUser(Snowflake Id, string Name, bool IsBot);
