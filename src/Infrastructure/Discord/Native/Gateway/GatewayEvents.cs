using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

/// <summary>What the gateway says, in our words.</summary>
internal static class GatewayEvents
{
    /// <summary>Null for what nobody here listens to.</summary>
    /// <exception cref="JsonException">Not what Discord says an event of this kind looks like.</exception>
    public static DiscordEvent? Read(string kind, JsonElement data, Snowflake bot) => kind switch
    {
        "MESSAGE_CREATE" => new MessageCreated(Of(data, DiscordJson.Default.WireMessage).ToMessage()),
        "MESSAGE_UPDATE" => Updated(Of(data, DiscordJson.Default.WireMessage)),
        "MESSAGE_DELETE" or "MESSAGE_DELETE_BULK" => Deleted(Of(data, DiscordJson.Default.WireDeletion)),
        "CHANNEL_CREATE" => new ChannelCreated(Of(data, DiscordJson.Default.WireChannel).ToChannel(null)),
        "CHANNEL_UPDATE" => new ChannelUpdated(Of(data, DiscordJson.Default.WireChannel).ToChannel(null)),
        "CHANNEL_DELETE" => Of(data, DiscordJson.Default.WireChannel) is var channel ? new ChannelDeleted(channel.Id, channel.GuildId) : null,
        "GUILD_CREATE" => Available(Of(data, DiscordJson.Default.WireGuild), bot),
        "GUILD_DELETE" => Removed(Of(data, DiscordJson.Default.WireGuild)),
        "GUILD_UPDATE" => new GuildRightsChanged(Of(data, DiscordJson.Default.WireGuild).Id),
        "GUILD_ROLE_CREATE" or "GUILD_ROLE_UPDATE" or "GUILD_ROLE_DELETE" =>
            new GuildRightsChanged(Of(data, DiscordJson.Default.WireGuildPart).GuildId),
        "GUILD_MEMBER_UPDATE" => Of(data, DiscordJson.Default.WireGuildPart) is var part && part.User?.Id == bot
            ? new GuildRightsChanged(part.GuildId)
            : null,
        "INTERACTION_CREATE" => Of(data, DiscordJson.Default.WireInteraction).ToInteraction() is { } interaction
            ? new InteractionCreated(interaction)
            : null,
        _ => null,
    };

    public static T Of<T>(JsonElement data, JsonTypeInfo<T> type) => data.Deserialize(type) ?? throw new JsonException("Nothing where something should be.");

    private static MessageUpdated Updated(WireMessage message) => new(message.ChannelId, message.Id, message.Author?.Id, message.Content);

    private static MessagesDeleted Deleted(WireDeletion deletion) =>
        new(deletion.ChannelId, deletion.Ids ?? (deletion.Id is { } id ? [id] : []));

    private static DiscordEvent Available(WireGuild guild, Snowflake bot) => guild.Unavailable == true
        ? new GuildUnavailable(guild.Id)
        : new GuildAvailable(
            guild.ToGuild(),
            [.. (guild.Channels ?? []).Select(channel => channel.ToChannel(guild.Id))],
            guild.Members?.FirstOrDefault(member => member.User?.Id == bot)?.ToMember());

    private static DiscordEvent Removed(WireGuild guild) =>
        guild.Unavailable == true ? new GuildUnavailable(guild.Id) : new GuildRemoved(guild.Id);
}
