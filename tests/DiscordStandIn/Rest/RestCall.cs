using System.Globalization;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>A request that has passed sign-in and limits; carried out under the world's gate.</summary>
internal sealed class RestCall(
    World world, Application? application, RouteValueDictionary path, IQueryCollection query, JsonNode? body, IReadOnlyList<UploadedFile> files)
{
    public World World => world;

    public IReadOnlyList<UploadedFile> Files => files;

    /// <summary>Who asks; there is always somebody where a token is needed.</summary>
    public Application Application => application!;

    public User Bot => Application.Bot;

    public Viewer Viewer => new(Application, Application.Privileged.HasFlag(Gateway.Intents.MessageContent));

    public JsonObject Body => body as JsonObject ?? (body is null ? [] : throw NotThisKind("body", "dictionary"));

    public JsonArray List => body as JsonArray ?? throw NotThisKind("body", "list");

    public string Text(string name) => path[name]?.ToString() ?? "";

    public ulong Id(string name) => Snowflake.TryParse(Text(name), out var id) ? id : throw Refusal.NotASnowflake(name + "_id", Text(name));

    public string Asked(string name) => query[name].ToString();

    public ulong? Query(string name) => query[name].ToString() is not { Length: > 0 } text
        ? null
        : Snowflake.TryParse(text, out var id) ? id : throw Refusal.NotASnowflake(name, text);

    public int Limit(int otherwise, int most) => query["limit"].ToString() is not { Length: > 0 } text
        ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit
            : throw Refusal.Field("limit", "NUMBER_TYPE_MAX", $"int value should be between 1 and {most}.");

    /// <summary>The channel in the path, which the bot must be able to view.</summary>
    public Channel Channel()
    {
        if (!world.Channels.TryGetValue(Id("channel"), out var channel))
            throw Refusal.UnknownChannel;
        return channel.Lets(Bot.Id, Permissions.ViewChannel) ? channel : throw Refusal.MissingAccess;
    }

    /// <summary>The same, where the bot must have these permissions too.</summary>
    public Channel Channel(Permissions permissions)
    {
        var channel = Channel();
        return channel.Lets(Bot.Id, permissions) ? channel : throw Refusal.MissingPermissions;
    }

    /// <summary>The guild in the path, whose member the bot must be.</summary>
    public Guild Guild() => world.Guilds.TryGetValue(Id("guild"), out var guild) && guild.Members.ContainsKey(Bot.Id)
        ? guild
        : throw Refusal.UnknownGuild;

    public Guild Guild(Permissions permissions)
    {
        var guild = Guild();
        return guild.PermissionsOf(Bot.Id).HasFlag(permissions) ? guild : throw Refusal.MissingPermissions;
    }

    public Message Message(Channel channel) => channel.Messages.GetValueOrDefault(Id("message")) ?? throw Refusal.UnknownMessage;

    /// <summary>A text of the body; null when it is null or not there.</summary>
    public string? Word(string name) => Body[name] is null ? null : Word(Body[name]!, name);

    public static string Word(JsonNode node, string path) => node is JsonValue value && value.TryGetValue(out string? text)
        ? text
        : throw Refusal.Field(path, "STRING_TYPE_CONVERT", "Only string values are accepted.");

    public bool Has(string name) => Body.ContainsKey(name);

    public static ulong Id(JsonNode? node, string path) => Snowflake.TryParse(node?.ToString(), out var id)
        ? id
        : throw Refusal.NotASnowflake(path, node?.ToString());

    public static Permissions Bits(JsonNode? node) => Snowflake.TryParse(node?.ToString() ?? "0", out var bits)
        ? (Permissions)bits
        : throw Refusal.Field("permissions", "INVALID_BITWISE_FLAG", "Value is not a valid bitwise flag value.");

    private static Refusal NotThisKind(string path, string kind) =>
        Refusal.Field(path, "MODEL_TYPE_CONVERT", $"Only a {kind} may be used here.");
}
