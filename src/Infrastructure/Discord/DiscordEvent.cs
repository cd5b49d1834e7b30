namespace MeatLizard.Infrastructure.Discord;

/// <summary>Something that Discord told. What nobody here listens to is left out.</summary>
public abstract record DiscordEvent;

/// <summary>A new session has begun. <see cref="EventsMissed"/> follows, and then the guilds become available one by one.</summary>
/// <param name="Guilds">All that the bot is in, whether available or not.</param>
public sealed record GatewayReady(DiscordUser Bot, Snowflake Application, IReadOnlyList<Snowflake> Guilds) : DiscordEvent;

/// <summary>
/// The session goes on after a lost connection, and what happened meanwhile has been told. A new process can resume the session of the one
/// before: it is told of no guilds then, and asks <see cref="IDiscordGuilds"/>.
/// </summary>
public sealed record GatewayResumed : DiscordEvent;

/// <summary>Between the events before this one and those after it, some may be missing: look for what is new.</summary>
/// <param name="Since">When the last event before was heard, by this machine's clock; null when nobody knows.</param>
public sealed record EventsMissed(DateTimeOffset? Since) : DiscordEvent;

public sealed record MessageCreated(DiscordMessage Message) : DiscordEvent;

/// <summary>A message was edited, or Discord has added to it (for example the preview of a link).</summary>
/// <param name="Content">Null when it was not told.</param>
public sealed record MessageUpdated(Snowflake ChannelId, Snowflake MessageId, Snowflake? Author, string? Content) : DiscordEvent
{
    /// <summary>Without the content.</summary>
    public override string ToString() => $"MessageUpdated {MessageId} in {ChannelId}";
}

public sealed record MessagesDeleted(Snowflake ChannelId, IReadOnlyList<Snowflake> Messages) : DiscordEvent;

public sealed record ChannelCreated(DiscordChannel Channel) : DiscordEvent;

public sealed record ChannelUpdated(DiscordChannel Channel) : DiscordEvent;

public sealed record ChannelDeleted(Snowflake ChannelId, Snowflake? GuildId) : DiscordEvent;

/// <summary>A guild is there: after the start, after an outage of its, or because somebody has added the bot.</summary>
/// <param name="Self">The bot's own membership; null when it was not told.</param>
public sealed record GuildAvailable(DiscordGuild Guild, IReadOnlyList<DiscordChannel> Channels, DiscordMember? Self) : DiscordEvent;

/// <summary>A guild has an outage; it becomes available again.</summary>
public sealed record GuildUnavailable(Snowflake GuildId) : DiscordEvent;

/// <summary>The bot is not in that guild any more.</summary>
public sealed record GuildRemoved(Snowflake GuildId) : DiscordEvent;

/// <summary>The guild, one of its roles, or the bot's own membership has changed: what the bot may do there may be something else now.</summary>
public sealed record GuildRightsChanged(Snowflake GuildId) : DiscordEvent;

public sealed record InteractionCreated(DiscordInteraction Interaction) : DiscordEvent;
