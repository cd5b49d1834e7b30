namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>What RESUME needs, and who the bot is, which only the session's beginning tells.</summary>
/// <param name="Sequence">Of the last event heard.</param>
internal sealed record GatewaySession(string Id, long Sequence, Uri ResumeUrl, Snowflake Bot);
