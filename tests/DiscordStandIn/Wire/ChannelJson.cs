using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Wire;

internal static class ChannelJson
{
    public static JsonObject Of(Channel channel) => channel.Guild is null
        ? new JsonObject
        {
            ["id"] = channel.Id.Text(),
            ["type"] = channel.Type,
            ["flags"] = 0,
            ["last_message_id"] = Last(channel),
            ["recipients"] = JsonText.Array(channel.Recipients.Where(one => !one.IsBot).Select(UserJson.Of)),
        }
        : new JsonObject
        {
            ["id"] = channel.Id.Text(),
            ["type"] = channel.Type,
            ["guild_id"] = channel.Guild.Id.Text(),
            ["name"] = channel.Name,
            ["topic"] = channel.Topic,
            ["position"] = channel.Position,
            ["parent_id"] = channel.ParentId?.Text(),
            ["nsfw"] = false,
            ["flags"] = 0,
            ["rate_limit_per_user"] = 0,
            ["last_message_id"] = Last(channel),
            ["permission_overwrites"] = JsonText.Array(channel.Overwrites.Values.Select(Of)),
        };

    public static JsonObject Of(Overwrite overwrite) => new()
    {
        ["id"] = overwrite.Id.Text(),
        ["type"] = overwrite.IsMember ? 1 : 0,
        ["allow"] = overwrite.Allow.Text(),
        ["deny"] = overwrite.Deny.Text(),
    };

    private static string? Last(Channel channel) => channel.Messages.Count == 0 ? null : channel.Messages.Keys[^1].Text();
}
