using MeatLizard.DiscordStandIn.Gateway;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>Puts a world together before it is started; ids may be given, so that configuration can name them.</summary>
public sealed class WorldBuilder(World world)
{
    public World World { get; } = world;

    public User Human(string name, string? globalName = null, ulong? id = null)
    {
        var user = new User(id ?? World.NextId(), name, isBot: false) { GlobalName = globalName };
        World.Users.Add(user.Id, user);
        return user;
    }

    public Application Bot(string name, string token, Intents privileged = Intents.None, ulong? id = null)
    {
        var user = new User(id ?? World.NextId(), name, isBot: true);
        var application = new Application(user, token) { Privileged = privileged };
        World.Users.Add(user.Id, user);
        World.Applications.Add(application.Id, application);
        return application;
    }

    public Guild Guild(string name, User owner, Permissions everyone, ulong? id = null)
    {
        var guild = new Guild(id ?? World.NextId(), name, owner.Id);
        guild.Roles.Add(guild.Id, new Role(guild.Id, "@everyone") { Permissions = everyone });
        World.Guilds.Add(guild.Id, guild);
        _ = Join(guild, owner);
        return guild;
    }

    public Role Role(Guild guild, string name, Permissions permissions, ulong? id = null, bool managed = false)
    {
        var role = new Role(id ?? World.NextId(), name)
        {
            Permissions = permissions,
            Position = guild.Roles.Values.Max(one => one.Position) + 1,
            Managed = managed,
        };
        guild.Roles.Add(role.Id, role);
        return role;
    }

    public Member Join(Guild guild, User user, params Role[] roles)
    {
        var member = new Member(user, World.Time.GetUtcNow());
        member.Roles.UnionWith(roles.Select(role => role.Id));
        guild.Members.Add(user.Id, member);
        return member;
    }

    /// <summary>As an invite link does it: the bot joins, with a role of its own that has these permissions.</summary>
    public Member Invite(Guild guild, Application application, Permissions permissions) =>
        Join(guild, application.Bot, Role(guild, application.Bot.Name, permissions, managed: true));

    public Channel Channel(Guild guild, string name, int type = Guilds.Channel.Text, ulong? id = null, params Overwrite[] overwrites)
    {
        var channel = new Channel(id ?? World.NextId(), type) { Guild = guild, Name = name, Position = guild.Channels.Count };
        foreach (var overwrite in overwrites)
            channel.Overwrites.Add(overwrite.Id, overwrite);
        guild.Channels.Add(channel.Id, channel);
        World.Channels.Add(channel.Id, channel);
        return channel;
    }
}
