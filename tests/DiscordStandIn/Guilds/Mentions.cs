using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Whom a text mentions, as far as its author may and wants to.</summary>
internal sealed partial record Mentions(IReadOnlyList<User> Users, IReadOnlyList<ulong> Roles, bool Everyone)
{
    public static Mentions In(World world, Channel channel, User author, string content, JsonObject? allowed, User? repliedTo)
    {
        var users = UserMention().Matches(content)
            .Select(match => Snowflake.TryParse(match.Groups[1].Value, out var id) ? world.Users.GetValueOrDefault(id) : null)
            .OfType<User>()
            .Distinct()
            .Where(user => Allowed(allowed, "users", user.Id))
            .ToList();
        if (repliedTo is not null && !users.Contains(repliedTo) && (allowed is null || (bool?)allowed["replied_user"] == true))
            users.Add(repliedTo);
        if (channel.Guild is not { } guild)
            return new Mentions(users, [], Everyone: false);

        var may = channel.Lets(author.Id, Permissions.MentionEveryone);
        var roles = RoleMention().Matches(content)
            .Select(match => Snowflake.TryParse(match.Groups[1].Value, out var id) ? guild.Roles.GetValueOrDefault(id) : null)
            .OfType<Role>()
            .Distinct()
            .Where(role => (role.Mentionable || may) && Allowed(allowed, "roles", role.Id))
            .Select(role => role.Id)
            .ToList();
        return new Mentions(users, roles, may && EveryoneMention().IsMatch(content) && Allowed(allowed, "everyone", 0));
    }

    private static bool Allowed(JsonObject? allowed, string kind, ulong id) => allowed is null
        || (allowed["parse"] is JsonArray parse && parse.Any(one => (string?)one == kind))
        || (allowed[kind] is JsonArray ids && ids.Any(one => (string?)one == id.Text()));

    [GeneratedRegex("<@!?([0-9]+)>")]
    private static partial Regex UserMention();

    [GeneratedRegex("<@&([0-9]+)>")]
    private static partial Regex RoleMention();

    [GeneratedRegex("@(everyone|here)")]
    private static partial Regex EveryoneMention();
}
