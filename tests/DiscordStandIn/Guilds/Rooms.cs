using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Gateway;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>
/// Changes guilds, channels, roles and members as somebody with every permission would, and tells the bots. Safe from any thread.
/// </summary>
public sealed class Rooms
{
    private readonly World _world;
    private readonly Ledger _ledger;

    internal Rooms(World world, Ledger ledger) => (_world, _ledger) = (world, ledger);

    public Channel CreateChannel(Guild guild, string name, int type = Channel.Text, ulong? parent = null, string? topic = null, params Overwrite[] overwrites)
    {
        lock (_world.Gate)
        {
            var channel = new Channel(_world.NextId(), type)
            {
                Guild = guild,
                Name = name,
                Topic = topic,
                ParentId = parent,
                Position = guild.Channels.Count,
            };
            foreach (var overwrite in overwrites)
                channel.Overwrites[overwrite.Id] = overwrite;
            guild.Channels.Add(channel.Id, channel);
            _world.Channels.Add(channel.Id, channel);
            Tell("CHANNEL_CREATE", channel);
            return channel;
        }
    }

    /// <summary>After <paramref name="change"/> has changed it.</summary>
    public void ChangeChannel(Channel channel, Action<Channel> change)
    {
        lock (_world.Gate)
        {
            change(channel);
            Tell("CHANNEL_UPDATE", channel);
        }
    }

    /// <summary>The channel, with all its messages.</summary>
    public void DeleteChannel(Channel channel)
    {
        lock (_world.Gate)
        {
            _ = channel.Guild?.Channels.Remove(channel.Id);
            _ = _world.Channels.Remove(channel.Id);
            foreach (var message in channel.Messages.Keys)
                _ledger.Deleted(message, _world.Time.GetUtcNow());
            Tell("CHANNEL_DELETE", channel);
        }
    }

    public void SetOverwrite(Channel channel, Overwrite overwrite) =>
        ChangeChannel(channel, changed => changed.Overwrites[overwrite.Id] = overwrite);

    public void RemoveOverwrite(Channel channel, ulong id) => ChangeChannel(channel, changed => changed.Overwrites.Remove(id));

    /// <summary>Denies a user these permissions in a channel, whatever its roles say.</summary>
    public void TakeAway(Channel channel, User user, Permissions permissions)
    {
        lock (_world.Gate)
        {
            var before = channel.Overwrites.GetValueOrDefault(user.Id) ?? new Overwrite(user.Id, IsMember: true, Permissions.None, Permissions.None);
            SetOverwrite(channel, before with { Allow = before.Allow & ~permissions, Deny = before.Deny | permissions });
        }
    }

    /// <summary>Gives back what <see cref="TakeAway"/> took.</summary>
    public void GiveBack(Channel channel, User user, Permissions permissions)
    {
        lock (_world.Gate)
        {
            if (channel.Overwrites.TryGetValue(user.Id, out var before))
                SetOverwrite(channel, before with { Deny = before.Deny & ~permissions });
        }
    }

    public Role CreateRole(Guild guild, string name, Permissions permissions)
    {
        lock (_world.Gate)
        {
            // A new role comes in at the bottom, above everyone's.
            foreach (var other in guild.Roles.Values.Where(one => one.Position > 0))
                other.Position++;
            var role = new Role(_world.NextId(), name) { Permissions = permissions, Position = 1 };
            guild.Roles.Add(role.Id, role);
            Tell("GUILD_ROLE_CREATE", guild, RoleOf(guild, role));
            return role;
        }
    }

    public void ChangeRole(Guild guild, Role role, Action<Role> change)
    {
        lock (_world.Gate)
        {
            change(role);
            Tell("GUILD_ROLE_UPDATE", guild, RoleOf(guild, role));
        }
    }

    public void DeleteRole(Guild guild, Role role)
    {
        lock (_world.Gate)
        {
            _ = guild.Roles.Remove(role.Id);
            foreach (var member in guild.Members.Values)
                _ = member.Roles.Remove(role.Id);
            Tell("GUILD_ROLE_DELETE", guild, new JsonObject { ["guild_id"] = guild.Id.Text(), ["role_id"] = role.Id.Text() });
        }
    }

    public void GiveRole(Guild guild, User user, Role role, bool give)
    {
        lock (_world.Gate)
        {
            var member = guild.Members[user.Id];
            if (give ? member.Roles.Add(role.Id) : member.Roles.Remove(role.Id))
                MemberChanged(guild, member);
        }
    }

    /// <summary>A bot or a human comes in.</summary>
    public void Join(Guild guild, User user, params Role[] roles)
    {
        lock (_world.Gate)
        {
            var member = new WorldBuilder(_world).Join(guild, user, roles);
            if (_world.Applications.GetValueOrDefault(user.Id) is { } application)
            {
                _world.Publish(new Happening("GUILD_CREATE", Intents.Guilds, viewer =>
                    GuildJson.Created(guild, application.Bot, allMembers: false))
                { Only = application });
            }

            var data = UserJson.Of(member);
            data["guild_id"] = guild.Id.Text();
            Tell("GUILD_MEMBER_ADD", guild, data, Intents.GuildMembers);
        }
    }

    /// <summary>By its own will or because somebody threw it out.</summary>
    public void Leave(Guild guild, User user)
    {
        lock (_world.Gate)
        {
            _ = guild.Members.Remove(user.Id);
            if (_world.Applications.GetValueOrDefault(user.Id) is { } application)
            {
                _world.Publish(new Happening("GUILD_DELETE", Intents.Guilds, _ => new JsonObject { ["id"] = guild.Id.Text() })
                {
                    Only = application,
                });
            }

            var data = new JsonObject { ["guild_id"] = guild.Id.Text(), ["user"] = UserJson.Of(user) };
            Tell("GUILD_MEMBER_REMOVE", guild, data, Intents.GuildMembers);
        }
    }

    internal void MemberChanged(Guild guild, Member member)
    {
        var data = UserJson.Of(member);
        data["guild_id"] = guild.Id.Text();
        Tell("GUILD_MEMBER_UPDATE", guild, data, Intents.GuildMembers);

        // A bot hears of its own changes without the intent.
        if (_world.Applications.GetValueOrDefault(member.User.Id) is { } application)
            _world.Publish(new Happening("GUILD_MEMBER_UPDATE", Intents.Guilds, _ => data.Copy()) { Only = application });
    }

    private static JsonObject RoleOf(Guild guild, Role role) => new() { ["guild_id"] = guild.Id.Text(), ["role"] = GuildJson.Of(role) };

    private void Tell(string name, Channel channel)
    {
        if (channel.Guild is { } guild)
            Tell(name, guild, ChannelJson.Of(channel));
    }

    private void Tell(string name, Guild guild, JsonObject data, Intents intent = Intents.Guilds) =>
        _world.Publish(new Happening(name, intent, _ => data.Copy()) { Guild = guild });
}
