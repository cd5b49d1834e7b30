namespace MeatLizard.Infrastructure.Discord;

/// <summary>Somebody called a command, or pressed something. The first answer has to come within 3 seconds, others within 15 minutes.</summary>
/// <param name="Token">Lets anybody answer in the bot's name; never logged.</param>
/// <param name="Path">The command's name, and those of its group and sub-command; empty when it is no command.</param>
/// <param name="Arguments">By option's name, as text: ids as numbers, truth as true and false.</param>
/// <param name="CustomId">Of what was pressed or filled in; null for commands.</param>
/// <param name="Permissions">What the caller may do in that channel, as Discord has computed it; none in direct channels.</param>
/// <param name="Roles">The caller's roles in that guild; empty in direct channels.</param>
/// <param name="Locale">The caller's language, for example <c>en-GB</c>.</param>
public sealed record DiscordInteraction(
    Snowflake Id,
    Snowflake Application,
    string Token,
    DiscordInteractionKind Kind,
    IReadOnlyList<string> Path,
    IReadOnlyDictionary<string, string> Arguments,
    string? CustomId,
    Snowflake? GuildId,
    Snowflake? ChannelId,
    DiscordUser User,
    DiscordPermissions Permissions,
    IReadOnlyList<Snowflake> Roles,
    string? Locale)
{
    /// <summary>Without the token and the arguments.</summary>
    public override string ToString() => $"DiscordInteraction {Id} {string.Join(' ', Path)} by {User.Id}";
}
