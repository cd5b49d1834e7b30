namespace MeatLizard.Infrastructure.Discord;

/// <summary>Guilds and their channels. All calls throw <see cref="DiscordException"/>.</summary>
public interface IDiscordGuilds
{
    /// <summary>Ids of the guilds that the bot is in.</summary>
    Task<IReadOnlyList<Snowflake>> Guilds(CancellationToken cancellationToken);

    Task<DiscordGuild> Guild(Snowflake guild, CancellationToken cancellationToken);

    /// <summary>Also those that the bot may not look into. Without threads.</summary>
    Task<IReadOnlyList<DiscordChannel>> Channels(Snowflake guild, CancellationToken cancellationToken);

    Task<DiscordMember> Member(Snowflake guild, Snowflake user, CancellationToken cancellationToken);

    /// <summary>Not repeated when no answer came: look whether the channel is there.</summary>
    Task<DiscordChannel> CreateChannel(Snowflake guild, DiscordChannelDraft draft, CancellationToken cancellationToken);

    Task<DiscordChannel> ChangeChannel(Snowflake channel, DiscordChannelChange change, CancellationToken cancellationToken);

    /// <summary>One that is gone already is no error.</summary>
    Task DeleteChannel(Snowflake channel, CancellationToken cancellationToken);

    /// <summary>In place of the target's earlier one, if there is one.</summary>
    Task SetOverwrite(Snowflake channel, DiscordOverwrite overwrite, CancellationToken cancellationToken);

    /// <summary>One that is gone already is no error.</summary>
    Task RemoveOverwrite(Snowflake channel, Snowflake target, CancellationToken cancellationToken);
}
