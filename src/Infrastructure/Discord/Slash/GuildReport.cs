namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>Whether a server's bot has what it needs.</summary>
/// <param name="Invite">Adds the bot to the relay guild, with exactly what it needs there.</param>
/// <param name="Needed">What that is.</param>
/// <param name="Problems">What stands in the way, with the next step; empty when nothing does.</param>
/// <param name="Notes">What was found to be well, or is good to know.</param>
public sealed record GuildReport(Uri Invite, DiscordPermissions Needed, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes);
