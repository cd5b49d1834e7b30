using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Wire;

internal static class GuildJson
{
    public static JsonObject Of(Guild guild) => new()
    {
        ["id"] = guild.Id.Text(),
        ["name"] = guild.Name,
        ["icon"] = null,
        ["splash"] = null,
        ["discovery_splash"] = null,
        ["banner"] = null,
        ["description"] = null,
        ["owner_id"] = guild.OwnerId.Text(),
        ["region"] = "standin",
        ["afk_channel_id"] = null,
        ["afk_timeout"] = 300,
        ["verification_level"] = 0,
        ["default_message_notifications"] = 0,
        ["explicit_content_filter"] = 0,
        ["mfa_level"] = 0,
        ["nsfw_level"] = 0,
        ["premium_tier"] = 0,
        ["premium_subscription_count"] = 0,
        ["premium_progress_bar_enabled"] = false,
        ["preferred_locale"] = "en-US",
        ["system_channel_id"] = null,
        ["system_channel_flags"] = 0,
        ["rules_channel_id"] = null,
        ["public_updates_channel_id"] = null,
        ["safety_alerts_channel_id"] = null,
        ["vanity_url_code"] = null,
        ["application_id"] = null,
        ["max_members"] = 500_000,
        ["features"] = new JsonArray(),
        ["emojis"] = new JsonArray(),
        ["stickers"] = new JsonArray(),
        ["roles"] = JsonText.Array(guild.Roles.Values.OrderBy(role => role.Position).Select(Of)),
    };

    /// <summary>With all that a bot hears about its guilds when it comes online.</summary>
    public static JsonObject Created(Guild guild, User bot, bool allMembers)
    {
        var json = Of(guild);
        var own = guild.Members[bot.Id];
        json["joined_at"] = own.Joined.Text();
        json["large"] = false;
        json["unavailable"] = false;
        json["member_count"] = guild.Members.Count;
        json["members"] = JsonText.Array(guild.Members.Values.Where(member => allMembers || member == own).Select(member => UserJson.Of(member)));
        json["channels"] = JsonText.Array(guild.Channels.Values.OrderBy(channel => channel.Position).Select(ChannelJson.Of));
        foreach (var empty in (string[])["threads", "voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"])
            json[empty] = new JsonArray();
        return json;
    }

    public static JsonObject Of(Role role) => new()
    {
        ["id"] = role.Id.Text(),
        ["name"] = role.Name,
        ["color"] = 0,
        ["colors"] = new JsonObject { ["primary_color"] = 0, ["secondary_color"] = null, ["tertiary_color"] = null },
        ["hoist"] = false,
        ["icon"] = null,
        ["unicode_emoji"] = null,
        ["position"] = role.Position,
        ["permissions"] = role.Permissions.Text(),
        ["managed"] = role.Managed,
        ["mentionable"] = role.Mentionable,
        ["flags"] = 0,
    };
}
