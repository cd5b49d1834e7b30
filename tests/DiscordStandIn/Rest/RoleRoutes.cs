using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Roles of a guild. A bot reaches only those below its own highest, and gives only what it has.</summary>
internal sealed class RoleRoutes(Rooms rooms)
{
    public IEnumerable<RestRoute> Routes =>
    [
        new("GET", "/guilds/{guild}/roles", call =>
            JsonText.Array(call.Guild().Roles.Values.OrderBy(role => role.Position).Select(GuildJson.Of))),
        new("POST", "/guilds/{guild}/roles", Create),
        new("PATCH", "/guilds/{guild}/roles/{role}", Change),
        new("DELETE", "/guilds/{guild}/roles/{role}", Delete),
    ];

    private RestAnswer Create(RestCall call)
    {
        var guild = call.Guild(Permissions.ManageRoles);
        var permissions = call.Has("permissions") ? Bits(call, guild) : guild.Everyone.Permissions;
        var role = rooms.CreateRole(guild, Name(call) ?? "new role", permissions);
        role.Mentionable = (bool?)call.Body["mentionable"] ?? false;
        return GuildJson.Of(role);
    }

    private RestAnswer Change(RestCall call)
    {
        var (guild, role) = Reached(call);
        var permissions = call.Has("permissions") ? Bits(call, guild) : role.Permissions;
        rooms.ChangeRole(guild, role, changed =>
        {
            changed.Name = Name(call) ?? changed.Name;
            changed.Permissions = permissions;
            changed.Mentionable = (bool?)call.Body["mentionable"] ?? changed.Mentionable;
        });
        return GuildJson.Of(role);
    }

    private RestAnswer Delete(RestCall call)
    {
        var (guild, role) = Reached(call);
        if (role == guild.Everyone || role.Managed)
            throw new Refusal(400, 50028, "Invalid role");
        rooms.DeleteRole(guild, role);
        return RestAnswer.None;
    }

    private static (Guild Guild, Role Role) Reached(RestCall call)
    {
        var guild = call.Guild(Permissions.ManageRoles);
        var role = guild.Roles.GetValueOrDefault(call.Id("role")) ?? throw Refusal.UnknownRole;
        return role.Position < guild.RankOf(call.Bot.Id) ? (guild, role) : throw Refusal.MissingPermissions;
    }

    private static Permissions Bits(RestCall call, Guild guild)
    {
        var wanted = RestCall.Bits(call.Body["permissions"]);
        return (wanted & ~guild.PermissionsOf(call.Bot.Id)) == 0 ? wanted : throw Refusal.MissingPermissions;
    }

    private static string? Name(RestCall call) => call.Word("name") is not { } name
        ? null
        : name.Length is >= 1 and <= 100 ? name : throw Refusal.Length("name", 1, 100);
}
