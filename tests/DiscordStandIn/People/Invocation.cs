using System.Globalization;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.People;

/// <summary>What a slash command brings to its application: its name, the path to the subcommand, and typed options.</summary>
internal sealed class Invocation(World world, Channel channel, User user)
{
    private const int Subcommand = 1, SubcommandGroup = 2;

    private readonly JsonObject _resolved = [];

    public (Application Application, JsonObject Data) Of(string words, IReadOnlyDictionary<string, object> given)
    {
        var path = words.TrimStart('/').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 0)
            throw new InvalidOperationException("A command has a name.");
        var (application, command) = Find(path[0]);
        var data = new JsonObject { ["id"] = command.Id.Text(), ["name"] = command.Name, ["type"] = command.Type };
        if (command.GuildId is { } guild)
            data["guild_id"] = guild.Text();
        var options = Options(command.Definition, path[1..], given, words);
        if (options.Count > 0)
            data["options"] = options;
        if (_resolved.Count > 0)
            data["resolved"] = _resolved;
        return (application, data);
    }

    private (Application Application, ApplicationCommand Command) Find(string name)
    {
        foreach (var application in world.Applications.Values.Where(one => channel.Guild?.Members.ContainsKey(one.Id) ?? channel.Recipients.Contains(one.Bot)))
        {
            // A guild's own command hides the one that is everywhere.
            var command = application.Commands.Values
                .Where(one => one.Name == name && (one.GuildId is null || one.GuildId == channel.Guild?.Id))
                .OrderBy(one => one.GuildId is null)
                .FirstOrDefault();
            if (command is null)
                continue;
            CheckMay(command);
            return (application, command);
        }

        throw new InvalidOperationException($"There is no command {name} in {channel.Name}.");
    }

    private void CheckMay(ApplicationCommand command)
    {
        if (channel.Guild is not { } guild || command.Definition["default_member_permissions"]?.ToString() is not { } needed)
            return;
        var may = guild.PermissionsOf(user.Id, channel);
        var permissions = (Permissions)ulong.Parse(needed, CultureInfo.InvariantCulture);

        // None at all means administrators alone.
        if (permissions == Permissions.None ? !may.HasFlag(Permissions.Administrator) : !may.HasFlag(permissions))
            throw new InvalidOperationException($"{user.Name} may not use {command.Name}.");
    }

    private JsonArray Options(JsonObject definition, string[] path, IReadOnlyDictionary<string, object> given, string words)
    {
        var defined = (definition["options"] as JsonArray)?.OfType<JsonObject>().ToArray() ?? [];
        if (path.Length > 0)
        {
            var next = defined.FirstOrDefault(one => (string?)one["name"] == path[0] && (int?)one["type"] is Subcommand or SubcommandGroup)
                ?? throw new InvalidOperationException($"There is no command {words}.");
            return
            [
                new JsonObject { ["name"] = path[0], ["type"] = (int?)next["type"], ["options"] = Options(next, path[1..], given, words) },
            ];
        }

        if (defined.Any(one => (int?)one["type"] is Subcommand or SubcommandGroup))
            throw new InvalidOperationException($"{words} needs a subcommand.");
        if (given.Keys.FirstOrDefault(name => !defined.Any(one => (string?)one["name"] == name)) is { } unknown)
            throw new InvalidOperationException($"{words} has no option {unknown}.");
        if (defined.FirstOrDefault(one => (bool?)one["required"] == true && !given.ContainsKey((string)one["name"]!)) is { } missing)
            throw new InvalidOperationException($"{words} needs the option {missing["name"]}.");
        return JsonText.Array(defined.Where(one => given.ContainsKey((string)one["name"]!)).Select(one => new JsonObject
        {
            ["name"] = (string?)one["name"],
            ["type"] = (int?)one["type"],
            ["value"] = Value((int?)one["type"] ?? 3, given[(string)one["name"]!]),
        }));
    }

    private JsonNode Value(int type, object given)
    {
        var text = Convert.ToString(given, CultureInfo.InvariantCulture) ?? "";
        switch (type)
        {
            case 4:
                return long.Parse(text, CultureInfo.InvariantCulture);
            case 5:
                return bool.Parse(text);
            case 10:
                return double.Parse(text, CultureInfo.InvariantCulture);
            case 6 or 7 or 8 or 9:
                Resolve(ulong.Parse(text, CultureInfo.InvariantCulture));
                return text;
            default:
                return text;
        }
    }

    /// <summary>Whoever is named by an id travels along.</summary>
    private void Resolve(ulong id)
    {
        if (world.Users.TryGetValue(id, out var named))
        {
            Add("users", id, UserJson.Of(named));
            if (channel.Guild?.Members.TryGetValue(id, out var member) == true)
                Add("members", id, UserJson.Of(member, withUser: false));
        }
        else if (channel.Guild?.Roles.TryGetValue(id, out var role) == true)
        {
            Add("roles", id, GuildJson.Of(role));
        }
        else if (world.Channels.TryGetValue(id, out var other))
        {
            Add("channels", id, ChannelJson.Of(other));
        }
    }

    private void Add(string kind, ulong id, JsonObject what)
    {
        if (_resolved[kind] is not JsonObject known)
            _resolved[kind] = known = [];
        known[id.Text()] = what;
    }
}
