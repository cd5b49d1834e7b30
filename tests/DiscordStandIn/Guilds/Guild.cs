namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>What Discord's users call a server.</summary>
public sealed class Guild(ulong id, string name, ulong ownerId)
{
    public ulong Id { get; } = id;

    public string Name { get; set; } = name;

    public ulong OwnerId { get; set; } = ownerId;

    public Dictionary<ulong, Role> Roles { get; } = [];

    public Dictionary<ulong, Member> Members { get; } = [];

    public Dictionary<ulong, Channel> Channels { get; } = [];

    public Role Everyone => Roles[Id];

    /// <summary>What a member may in a channel, or, without one, in the guild; nothing for somebody who is no member.</summary>
    public Permissions PermissionsOf(ulong user, Channel? channel = null)
    {
        if (!Members.TryGetValue(user, out var member))
            return Permissions.None;
        if (user == OwnerId)
            return Permissions.All;
        var roles = member.Roles.Where(Roles.ContainsKey).ToArray();
        var may = roles.Aggregate(Everyone.Permissions, (sum, role) => sum | Roles[role].Permissions);
        if (may.HasFlag(Permissions.Administrator))
            return Permissions.All;
        if (channel is null)
            return may;

        // Everyone's overwrite comes first, then those of all roles together, then the member's own; the later one wins.
        may = Overwritten(may, channel.Overwrites.Values.Where(one => one.Id == Id));
        may = Overwritten(may, channel.Overwrites.Values.Where(one => roles.Contains(one.Id)));
        may = Overwritten(may, channel.Overwrites.Values.Where(one => one.Id == user));
        if (!may.HasFlag(Permissions.ViewChannel))
            return Permissions.None;

        // Who can't write can't attach or embed either.
        return may.HasFlag(Permissions.SendMessages)
            ? may
            : may & ~(Permissions.AttachFiles | Permissions.EmbedLinks | Permissions.MentionEveryone);
    }

    /// <summary>The highest position among a member's roles.</summary>
    public int RankOf(ulong user) => user == OwnerId
        ? int.MaxValue
        : Members.TryGetValue(user, out var member)
            ? member.Roles.Where(Roles.ContainsKey).Select(role => Roles[role].Position).DefaultIfEmpty(0).Max()
            : 0;

    private static Permissions Overwritten(Permissions may, IEnumerable<Overwrite> overwrites)
    {
        var (allow, deny) = (Permissions.None, Permissions.None);
        foreach (var overwrite in overwrites)
            (allow, deny) = (allow | overwrite.Allow, deny | overwrite.Deny);
        return (may & ~deny) | allow;
    }
}
