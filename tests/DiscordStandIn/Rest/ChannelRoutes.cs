using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Channels and their permission overwrites.</summary>
internal sealed class ChannelRoutes(Rooms rooms)
{
    private const int MostChannels = 500;

    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/channels/{channel}", call => ChannelJson.Of(call.Channel())),
        new("PATCH", "/channels/{channel}", Change),
        new("DELETE", "/channels/{channel}", Delete),
        new("PUT", "/channels/{channel}/permissions/{overwrite}", SetOverwrite),
        new("DELETE", "/channels/{channel}/permissions/{overwrite}", RemoveOverwrite),
        new("POST", "/guilds/{guild}/channels", Create),
    ];

    private RestAnswer Create(RestCall call)
    {
        var guild = call.Guild(Permissions.ManageChannels);
        if (guild.Channels.Count >= MostChannels)
            throw new Refusal(400, 30013, $"Maximum number of guild channels reached ({MostChannels})");
        var type = (int?)call.Body["type"] ?? Channel.Text;
        if (type is not (Channel.Text or Channel.Voice or Channel.Category))
            throw Refusal.Field("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 2, 4}.");
        var overwrites = Overwrites(call, guild.PermissionsOf(call.Bot.Id));
        if (overwrites.Length > 0 && !guild.PermissionsOf(call.Bot.Id).HasFlag(Permissions.ManageRoles))
            throw Refusal.MissingPermissions;
        var channel = rooms.CreateChannel(guild, Name(call, type), type, Parent(call, guild), Topic(call), overwrites);
        return new RestAnswer(201, ChannelJson.Of(channel));
    }

    private RestAnswer Change(RestCall call)
    {
        var channel = call.Channel(Permissions.ManageChannels);
        var guild = channel.Guild ?? throw new Refusal(403, 50003, "Cannot execute action on a DM channel");
        var name = call.Has("name") ? Name(call, channel.Type) : channel.Name;
        var topic = call.Has("topic") ? Topic(call) : channel.Topic;
        var parent = call.Has("parent_id") ? Parent(call, guild) : channel.ParentId;
        var position = (int?)call.Body["position"] ?? channel.Position;
        var may = guild.PermissionsOf(call.Bot.Id, channel);
        var overwrites = call.Has("permission_overwrites") ? Overwrites(call, may) : null;
        if (overwrites is not null && !may.HasFlag(Permissions.ManageRoles))
            throw Refusal.MissingPermissions;
        rooms.ChangeChannel(channel, changed =>
        {
            (changed.Name, changed.Topic, changed.ParentId, changed.Position) = (name, topic, parent, position);
            if (overwrites is null)
                return;
            changed.Overwrites.Clear();
            foreach (var overwrite in overwrites)
                changed.Overwrites[overwrite.Id] = overwrite;
        });
        return ChannelJson.Of(channel);
    }

    private RestAnswer Delete(RestCall call)
    {
        var channel = call.Channel(Permissions.ManageChannels);
        if (channel.Guild is not null)
            rooms.DeleteChannel(channel);
        return ChannelJson.Of(channel);
    }

    private RestAnswer SetOverwrite(RestCall call)
    {
        var channel = call.Channel(Permissions.ManageRoles);
        var overwrite = Overwrite(call.Body, call.Id("overwrite"));
        CheckMay(channel.Guild!.PermissionsOf(call.Bot.Id, channel), overwrite);
        rooms.SetOverwrite(channel, overwrite);
        return RestAnswer.None;
    }

    private RestAnswer RemoveOverwrite(RestCall call)
    {
        var channel = call.Channel(Permissions.ManageRoles);
        var id = call.Id("overwrite");
        if (!channel.Overwrites.ContainsKey(id))
            throw Refusal.UnknownOverwrite;
        rooms.RemoveOverwrite(channel, id);
        return RestAnswer.None;
    }

    private static Overwrite[] Overwrites(RestCall call, Permissions may)
    {
        var list = call.Body["permission_overwrites"] as JsonArray ?? [];
        var overwrites = list.OfType<JsonObject>().Select((one, i) => Overwrite(one, RestCall.Id(one["id"], $"permission_overwrites.{i}.id"))).ToArray();
        foreach (var overwrite in overwrites)
        {
            CheckMay(may, overwrite);

            // Who may give roles in a channel is for administrators alone to say.
            if ((overwrite.Allow | overwrite.Deny).HasFlag(Permissions.ManageRoles) && !may.HasFlag(Permissions.Administrator))
                throw Refusal.MissingPermissions;
        }

        return overwrites;
    }

    private static Overwrite Overwrite(JsonObject body, ulong id) => new(
        id,
        body["type"]?.ToString() switch
        {
            "0" or null => false,
            "1" => true,
            _ => throw Refusal.Field("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 1}."),
        },
        RestCall.Bits(body["allow"]),
        RestCall.Bits(body["deny"]));

    /// <summary>A bot gives and takes only what it has.</summary>
    private static void CheckMay(Permissions may, Overwrite overwrite)
    {
        if (((overwrite.Allow | overwrite.Deny) & ~may) != 0)
            throw Refusal.MissingPermissions;
    }

    private static string Name(RestCall call, int type)
    {
        var name = call.Word("name") ?? throw Refusal.Field("name", "BASE_TYPE_REQUIRED", "This field is required");
        if (name.Length is < 1 or > 100)
            throw Refusal.Length("name", 1, 100);
        return type == Channel.Text ? name.Trim().Replace(' ', '-').ToLowerInvariant() : name;
    }

    private static string? Topic(RestCall call)
    {
        var topic = call.Word("topic");
        return topic is { Length: > 1024 } ? throw Refusal.Length("topic", 0, 1024) : topic;
    }

    private static ulong? Parent(RestCall call, Guild guild)
    {
        if (call.Body["parent_id"] is not { } node)
            return null;
        var id = RestCall.Id(node, "parent_id");
        return guild.Channels.TryGetValue(id, out var parent) && parent.Type == Channel.Category
            ? id
            : throw Refusal.Field("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist");
    }
}
