namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>The commands of a bot, and where the admins' may be called.</summary>
/// <param name="RelayGuild">The owner's own guild: there the admins' commands can be called always.</param>
public sealed record SlashOptions(Snowflake RelayGuild)
{
    /// <summary>More guilds whose administrators the owner trusts with this installation.</summary>
    public IReadOnlyList<Snowflake> AdminGuilds { get; init; } = [];

    /// <summary>Registered everywhere, and for anybody.</summary>
    public IReadOnlyList<DiscordCommand> ForEverybody { get; init; } = [];

    /// <summary>Registered in <see cref="Trusted"/> guilds alone.</summary>
    public IReadOnlyList<DiscordCommand> ForAdmins { get; init; } = [];

    public IReadOnlyList<Snowflake> Trusted => [.. AdminGuilds.Prepend(RelayGuild).Distinct()];

    /// <summary>
    /// Whether the caller may administer this installation: an administrator, or somebody who manages the guild, in a guild that is trusted.
    /// What Discord shows to whom is the guild's to change, so that it decides nothing here.
    /// </summary>
    public bool MayAdminister(DiscordInteraction call) => call.GuildId is { } guild
        && Trusted.Contains(guild)
        && (call.Permissions & (DiscordPermissions.Administrator | DiscordPermissions.ManageGuild)) != DiscordPermissions.None;
}
