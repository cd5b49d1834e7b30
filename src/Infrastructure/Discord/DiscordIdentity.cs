namespace MeatLizard.Infrastructure.Discord;

/// <summary>Who the token belongs to.</summary>
/// <param name="Application">The application; its commands are registered under this id.</param>
/// <param name="Bot">The application's bot user; what it posts has this author.</param>
/// <param name="MayReadContent">Whether the message content intent is switched on for the application.</param>
/// <param name="MaySeeMembers">Whether the guild members intent is switched on for the application.</param>
/// <param name="IsPublic">Whether anybody may add the bot to a guild, and not the application's owner alone.</param>
public sealed record DiscordIdentity(Snowflake Application, DiscordUser Bot, bool MayReadContent, bool MaySeeMembers, bool IsPublic);
