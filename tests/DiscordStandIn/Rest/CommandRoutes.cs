using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Commands that an application registers, everywhere or in one guild. Registering one again by its name changes it.</summary>
internal sealed partial class CommandRoutes(RateLimits limits, LimitWindows windows)
{
    private const int Most = 100, MostOptions = 25, MostChoices = 25, ChatInput = 1;

    public IEnumerable<RestRoute> Routes => Below("/applications/{application}/commands").Concat(Below("/applications/{application}/guilds/{guild}/commands"));

    private IEnumerable<RestRoute> Below(string path) =>
    [
        new("GET", path, call => JsonText.Array(All(call).Select(command => Shown(command, call.Application)))),
        new("POST", path, call => Register(call, call.Body, "")),
        new("PUT", path, Overwrite),
        new("GET", path + "/{command}", call => Shown(Find(call), call.Application)),
        new("PATCH", path + "/{command}", Change),
        new("DELETE", path + "/{command}", Delete),
    ];

    private static ulong? GuildOf(RestCall call)
    {
        if (call.Id("application") != call.Application.Id)
            throw Refusal.Forbidden(20012, "You are not authorized to perform this action on this application");
        return call.Text("guild").Length == 0 ? null
            : call.World.Guilds.TryGetValue(call.Id("guild"), out var guild) && guild.Members.ContainsKey(call.Bot.Id) ? guild.Id
            : throw Refusal.MissingAccess;
    }

    private static List<ApplicationCommand> All(RestCall call)
    {
        var guild = GuildOf(call);
        return [.. call.Application.Commands.Values.Where(command => command.GuildId == guild).OrderBy(command => command.Id)];
    }

    private static ApplicationCommand Find(RestCall call)
    {
        var id = call.Id("command");
        return All(call).Find(command => command.Id == id) ?? throw Refusal.UnknownCommand;
    }

    private RestAnswer Overwrite(RestCall call)
    {
        foreach (var (one, i) in call.List.Select((one, i) => (one, i)))
            Check(one as JsonObject ?? [], $"{i}.");
        var kept = call.List.OfType<JsonObject>().Select(one => Put(call, one).Command).ToArray();
        foreach (var gone in All(call).Except(kept))
            _ = call.Application.Commands.Remove(gone.Id);
        return JsonText.Array(kept.Select(command => Shown(command, call.Application)));
    }

    private RestAnswer Register(RestCall call, JsonObject definition, string path)
    {
        Check(definition, path);
        var (command, isNew) = Put(call, definition);
        return new RestAnswer(isNew ? 201 : 200, Shown(command, call.Application));
    }

    private (ApplicationCommand Command, bool IsNew) Put(RestCall call, JsonObject definition)
    {
        var guild = GuildOf(call);
        var type = (int?)definition["type"] ?? ChatInput;
        var known = All(call).Find(one => one.Name == (string?)definition["name"] && one.Type == type);
        if (known is not null && JsonNode.DeepEquals(known.Definition, definition))
            return (known, false);
        if (known is null)
        {
            if (All(call).Count(one => one.Type == type) >= Most)
                throw new Refusal(400, 30032, $"Maximum number of application commands reached ({Most})");
            if (!windows.Take($"commands {call.Application.Id} {guild}", limits.CommandCreates).Granted)
                throw new Refusal(429, 30034, $"Max number of daily application command creates has been reached ({limits.CommandCreates.Requests})");
        }

        var command = new ApplicationCommand(known?.Id ?? call.World.NextId(), call.World.NextId(), guild, definition.Copy());
        call.Application.Commands[command.Id] = command;
        return (command, known is null);
    }

    private static RestAnswer Change(RestCall call)
    {
        var command = Find(call);
        var definition = command.Definition.Copy();
        foreach (var (name, value) in call.Body)
            definition[name] = value?.DeepClone();
        Check(definition, "");
        command = command with { Definition = definition, Version = call.World.NextId() };
        call.Application.Commands[command.Id] = command;
        return Shown(command, call.Application);
    }

    private static RestAnswer Delete(RestCall call)
    {
        _ = call.Application.Commands.Remove(Find(call).Id);
        return RestAnswer.None;
    }

    private static JsonObject Shown(ApplicationCommand command, Application application)
    {
        var json = command.Definition.Copy();
        json["id"] = command.Id.Text();
        json["application_id"] = application.Id.Text();
        json["version"] = command.Version.Text();
        json["type"] = command.Type;
        json["description"] ??= "";
        json["default_member_permissions"] ??= null;
        json["nsfw"] ??= false;
        if (command.GuildId is { } guild)
            json["guild_id"] = guild.Text();
        return json;
    }

    private static void Check(JsonObject definition, string path)
    {
        var name = (string?)definition["name"] ?? throw Refusal.Field(path + "name", "BASE_TYPE_REQUIRED", "This field is required");
        var chat = ((int?)definition["type"] ?? ChatInput) == ChatInput;
        if (name.Length is < 1 or > 32)
            throw Refusal.Length(path + "name", 1, 32);
        if (chat && !IsName(name))
            throw Refusal.Field(path + "name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        if (chat)
            CheckWords(definition, path, depth: 0);
    }

    private static void CheckWords(JsonObject definition, string path, int depth)
    {
        var description = (string?)definition["description"] ?? throw Refusal.Field(path + "description", "BASE_TYPE_REQUIRED", "This field is required");
        if (description.Length is < 1 or > 100)
            throw Refusal.Length(path + "description", 1, 100);
        if (definition["choices"] is JsonArray { Count: > MostChoices })
            throw Refusal.TooLong(path + "choices", MostChoices);
        var options = (definition["options"] as JsonArray)?.OfType<JsonObject>().ToArray() ?? [];
        if (options.Length > MostOptions || depth > 2)
            throw Refusal.TooLong(path + "options", MostOptions);
        var optional = false;
        foreach (var (option, i) in options.Select((one, i) => (one, i)))
        {
            var at = $"{path}options.{i}.";
            if ((string?)option["name"] is not { } name || !IsName(name))
                throw Refusal.Field(at + "name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
            if (optional && (bool?)option["required"] == true)
                throw Refusal.Field(at.TrimEnd('.'), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options");
            optional |= (bool?)option["required"] != true;
            CheckWords(option, at, depth + 1);
        }
    }

    private static bool IsName(string name) => Named().IsMatch(name) && !name.Any(char.IsUpper);

    [GeneratedRegex(@"^[-_'\p{L}\p{N}\p{IsDevanagari}\p{IsThai}]{1,32}$")]
    private static partial Regex Named();
}
