using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.DiscordStandIn.Gateway;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>
/// A world as a JSON file, snake_case. Users, roles and channels are named; ids are numbers and may be left out; permissions and intents
/// are lists of their names in <see cref="Permissions"/> and <see cref="Intents"/>.
/// </summary>
public sealed record WorldSeed
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public IReadOnlyList<HumanSeed> Humans { get; init; } = [];

    public IReadOnlyList<BotSeed> Bots { get; init; } = [];

    public IReadOnlyList<GuildSeed> Guilds { get; init; } = [];

    /// <exception cref="IOException">The file is not there.</exception>
    /// <exception cref="FormatException">It is no seed; the message says where.</exception>
    public static WorldSeed Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<WorldSeed>(File.ReadAllBytes(path), Form) ?? new WorldSeed();
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{path}: {wrong.Message}", wrong);
        }
    }

    /// <exception cref="FormatException">A name is unknown.</exception>
    public void Build(WorldBuilder build)
    {
        foreach (var human in Humans)
            _ = build.Human(human.Name, human.GlobalName, human.Id);
        foreach (var bot in Bots)
            _ = build.Bot(bot.Name, bot.Token, Bits<Intents>(bot.Privileged).Aggregate(Intents.None, (sum, one) => sum | one), bot.Id);
        foreach (var guild in Guilds)
            Build(build, guild);
    }

    private static void Build(WorldBuilder build, GuildSeed seed)
    {
        var world = build.World;
        var guild = build.Guild(seed.Name, world.User(seed.Owner), May(seed.Everyone), seed.Id);
        foreach (var role in seed.Roles)
            _ = build.Role(guild, role.Name, May(role.Permissions), role.Id);
        Role RoleOf(string name) => guild.Roles.Values.FirstOrDefault(role => role.Name == name)
            ?? throw new FormatException($"{seed.Name} has no role {name}.");
        foreach (var member in seed.Members)
        {
            var user = world.User(member.User);
            if (world.Applications.TryGetValue(user.Id, out var application))
                _ = build.Invite(guild, application, May(member.Permissions));
            else
                _ = build.Join(guild, user, [.. member.Roles.Select(RoleOf)]);
        }

        foreach (var channel in seed.Channels)
        {
            var overwrites = channel.Overwrites.Select(one => new Overwrite(
                one.Role is { } role ? RoleOf(role).Id : world.User(one.Member ?? "").Id,
                IsMember: one.Role is null,
                May(one.Allow),
                May(one.Deny)));
            _ = build.Channel(guild, channel.Name, channel.Type, channel.Id, [.. overwrites]);
        }
    }

    private static Permissions May(IEnumerable<string> names) => Bits<Permissions>(names).Aggregate(Permissions.None, (sum, one) => sum | one);

    private static IEnumerable<T> Bits<T>(IEnumerable<string> names)
        where T : struct, Enum =>
        names.Select(name => Enum.TryParse<T>(name, out var bit) ? bit : throw new FormatException($"{name} is not among {typeof(T).Name}."));
}
