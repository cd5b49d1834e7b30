namespace MeatLizard.Infrastructure.Discord;

/// <summary>What a channel allows and denies one role or one member, over what the guild says.</summary>
/// <param name="Target">A role's id, or a user's.</param>
public sealed record DiscordOverwrite(Snowflake Target, bool IsMember, DiscordPermissions Allow, DiscordPermissions Deny);
