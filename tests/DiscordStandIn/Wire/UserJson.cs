using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Wire;

internal static class UserJson
{
    public static JsonObject Of(User user)
    {
        var json = new JsonObject
        {
            ["id"] = user.Id.Text(),
            ["username"] = user.Name,
            ["discriminator"] = user.IsBot ? "0001" : "0",
            ["global_name"] = user.GlobalName,
            ["avatar"] = null,
            ["public_flags"] = 0,
        };
        if (user.IsBot)
            json["bot"] = true;
        return json;
    }

    /// <summary>What a bot hears about itself.</summary>
    public static JsonObject Own(User user)
    {
        var json = Of(user);
        json["verified"] = true;
        json["mfa_enabled"] = false;
        json["email"] = null;
        json["flags"] = 0;
        return json;
    }

    public static JsonObject Of(Member member, bool withUser = true)
    {
        var json = new JsonObject
        {
            ["nick"] = member.Nick,
            ["avatar"] = null,
            ["roles"] = JsonText.Ids(member.Roles),
            ["joined_at"] = member.Joined.Text(),
            ["premium_since"] = null,
            ["deaf"] = false,
            ["mute"] = false,
            ["flags"] = 0,
            ["pending"] = false,
            ["communication_disabled_until"] = null,
        };
        if (withUser)
            json["user"] = Of(member.User);
        return json;
    }

    public static JsonObject Of(Application application)
    {
        var flags = 0;
        if (application.Privileged.HasFlag(Gateway.Intents.GuildPresences))
            flags |= 1 << 13;
        if (application.Privileged.HasFlag(Gateway.Intents.GuildMembers))
            flags |= 1 << 15;
        if (application.Privileged.HasFlag(Gateway.Intents.MessageContent))
            flags |= 1 << 19;
        return new JsonObject
        {
            ["id"] = application.Id.Text(),
            ["name"] = application.Bot.Name,
            ["icon"] = null,
            ["description"] = "",
            ["summary"] = "",
            ["bot_public"] = false,
            ["bot_require_code_grant"] = false,
            ["verify_key"] = new string('0', 64),
            ["flags"] = flags,
            ["hook"] = true,
            ["owner"] = null,
            ["team"] = null,
            ["bot"] = Of(application.Bot),
        };
    }
}
