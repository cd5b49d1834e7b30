using System.Globalization;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Wire;

/// <summary>Messages as their viewer may see them.</summary>
internal sealed class MessageJson(Uri cdn)
{
    public JsonObject Of(Message message, Viewer viewer)
    {
        var sees = viewer.Sees(message);
        var json = new JsonObject
        {
            ["id"] = message.Id.Text(),
            ["channel_id"] = message.Channel.Id.Text(),
            ["type"] = message.Type,
            ["author"] = UserJson.Of(message.Author),
            ["content"] = sees ? message.Content : "",
            ["timestamp"] = message.At.Text(),
            ["edited_timestamp"] = message.Edited?.Text(),
            ["tts"] = false,
            ["pinned"] = false,
            ["flags"] = message.Flags,
            ["mention_everyone"] = message.MentionsEveryone,
            ["mentions"] = JsonText.Array(message.Mentions.Select(UserJson.Of)),
            ["mention_roles"] = JsonText.Ids(message.MentionedRoles),
            ["attachments"] = sees ? JsonText.Array(message.Attachments.Select(one => Of(message.Channel, one))) : [],
            ["embeds"] = sees ? message.Embeds.Copy() : [],
            ["components"] = sees ? message.Components.Copy() : [],
        };
        if (message.Nonce is not null)
            json["nonce"] = message.NonceIsNumber ? long.Parse(message.Nonce, CultureInfo.InvariantCulture) : message.Nonce;
        if (message.Reactions.Count > 0)
            json["reactions"] = JsonText.Array(message.Reactions.Select(pair => Reaction(pair.Key, pair.Value, viewer)));
        if (message.Interaction is { } interaction)
            Answer(json, interaction);
        if (message.RepliesTo is { } replied)
            Reply(json, message, replied, viewer);
        return json;
    }

    /// <summary>With what a gateway event says besides.</summary>
    public JsonObject Event(Message message, Viewer viewer)
    {
        var json = Of(message, viewer);
        json["channel_type"] = message.Channel.Type;
        if (message.Channel.Guild is not { } guild)
            return json;
        json["guild_id"] = guild.Id.Text();
        if (guild.Members.TryGetValue(message.Author.Id, out var member))
            json["member"] = UserJson.Of(member, withUser: false);
        return json;
    }

    public JsonObject Of(Channel channel, Attachment attachment)
    {
        var json = new JsonObject
        {
            ["id"] = attachment.Id.Text(),
            ["filename"] = attachment.Name,
            ["size"] = attachment.Bytes.Length,
            ["url"] = Address(channel, attachment),
            ["proxy_url"] = Address(channel, attachment),
            ["content_type"] = attachment.ContentType,
        };
        if (attachment.Description is { } description)
            json["description"] = description;
        return json;
    }

    private string Address(Channel channel, Attachment attachment) =>
        $"{cdn}attachments/{channel.Id}/{attachment.Id}/{Uri.EscapeDataString(attachment.Name)}?ex=standin&is=standin&hm={attachment.Sha256[..16]}&";

    private static JsonObject Reaction(string emoji, List<ulong> users, Viewer viewer) => new()
    {
        ["count"] = users.Count,
        ["count_details"] = new JsonObject { ["burst"] = 0, ["normal"] = users.Count },
        ["me"] = users.Contains(viewer.Application.Id),
        ["me_burst"] = false,
        ["burst_colors"] = new JsonArray(),
        ["emoji"] = new JsonObject { ["id"] = null, ["name"] = emoji },
    };

    private static void Answer(JsonObject json, Interaction interaction)
    {
        json["application_id"] = interaction.Application.Id.Text();
        json["webhook_id"] = interaction.Application.Id.Text();
        json["interaction_metadata"] = new JsonObject
        {
            ["id"] = interaction.Id.Text(),
            ["type"] = interaction.Type,
            ["user"] = UserJson.Of(interaction.User),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = interaction.Channel.Guild?.Id.Text() ?? "0" },
        };
    }

    private void Reply(JsonObject json, Message message, ulong replied, Viewer viewer)
    {
        json["message_reference"] = new JsonObject
        {
            ["type"] = 0,
            ["message_id"] = replied.Text(),
            ["channel_id"] = message.Channel.Id.Text(),
            ["guild_id"] = message.Channel.Guild?.Id.Text(),
        };
        json["referenced_message"] = message.Channel.Messages.TryGetValue(replied, out var original) && original.RepliesTo is null
            ? Of(original, viewer)
            : null;
    }
}
