using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Guilds and their members.</summary>
internal sealed class GuildRoutes(Rooms rooms)
{
    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/guilds/{guild}", call => Counted(GuildJson.Of(call.Guild()), call)),
        new("GET", "/guilds/{guild}/channels", call =>
            JsonText.Array(call.Guild().Channels.Values.OrderBy(channel => channel.Position).Select(ChannelJson.Of))),
        new("GET", "/guilds/{guild}/members", Members),
        new("GET", "/guilds/{guild}/members/search", Search),
        new("GET", "/guilds/{guild}/members/{member}", call => UserJson.Of(Member(call))),
        new("PATCH", "/guilds/{guild}/members/@me", Rename),
        new("PUT", "/guilds/{guild}/members/{member}/roles/{role}", call => Give(call, give: true)),
        new("DELETE", "/guilds/{guild}/members/{member}/roles/{role}", call => Give(call, give: false)),
        new("DELETE", "/users/@me/guilds/{guild}", Leave),
    ];

    private static RestAnswer Counted(JsonObject guild, RestCall call)
    {
        if (call.Asked("with_counts") == "true")
            guild["approximate_member_count"] = call.Guild().Members.Count;
        return guild;
    }

    private static Member Member(RestCall call)
    {
        var guild = call.Guild();
        var id = call.Text("member") == "@me" ? call.Bot.Id : call.Id("member");
        return guild.Members.GetValueOrDefault(id) ?? throw (call.World.Users.ContainsKey(id) ? Refusal.UnknownMember : Refusal.UnknownUser);
    }

    private static RestAnswer Members(RestCall call)
    {
        var guild = call.Guild();
        if (!call.Application.Privileged.HasFlag(Gateway.Intents.GuildMembers))
            throw Refusal.MissingAccess;
        return JsonText.Array(guild.Members.Values
            .Where(member => member.User.Id > (call.Query("after") ?? 0))
            .OrderBy(member => member.User.Id)
            .Take(call.Limit(otherwise: 1, most: 1000))
            .Select(member => UserJson.Of(member)));
    }

    private static RestAnswer Search(RestCall call)
    {
        var sought = call.Asked("query");
        return JsonText.Array(call.Guild().Members.Values
            .Where(member => member.User.Name.StartsWith(sought, StringComparison.OrdinalIgnoreCase))
            .Take(call.Limit(otherwise: 1, most: 1000))
            .Select(member => UserJson.Of(member)));
    }

    private RestAnswer Rename(RestCall call)
    {
        var guild = call.Guild(Permissions.ChangeNickname);
        var nick = call.Word("nick");
        if (nick?.Length > 32)
            throw Refusal.TooLong("nick", 32);
        var member = guild.Members[call.Bot.Id];
        member.Nick = nick;
        rooms.MemberChanged(guild, member);
        return UserJson.Of(member);
    }

    private RestAnswer Give(RestCall call, bool give)
    {
        var guild = call.Guild(Permissions.ManageRoles);
        var member = Member(call);
        var role = guild.Roles.GetValueOrDefault(call.Id("role")) ?? throw Refusal.UnknownRole;
        if (role.Position >= guild.RankOf(call.Bot.Id) || role.Managed)
            throw Refusal.MissingPermissions;
        rooms.GiveRole(guild, member.User, role, give);
        return RestAnswer.None;
    }

    private RestAnswer Leave(RestCall call)
    {
        rooms.Leave(call.Guild(), call.Bot);
        return RestAnswer.None;
    }
}
