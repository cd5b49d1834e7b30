namespace MeatLizard.Infrastructure.Discord;

/// <summary>What somebody may do, computed as Discord does.</summary>
public static class DiscordAccess
{
    private const DiscordPermissions All = (DiscordPermissions)ulong.MaxValue;

    public static DiscordPermissions InGuild(DiscordGuild guild, DiscordMember member)
    {
        if (member.User.Id == guild.OwnerId)
        {
            return All;
        }

        var own = guild.Roles
            .Where(role => role.Id == guild.Id || member.Roles.Contains(role.Id))
            .Aggregate(DiscordPermissions.None, (sum, role) => sum | role.Permissions);
        return own.HasFlag(DiscordPermissions.Administrator) ? All : own;
    }

    public static DiscordPermissions InChannel(DiscordGuild guild, DiscordMember member, DiscordChannel channel)
    {
        var own = InGuild(guild, member);
        if (own == All)
        {
            return All;
        }

        // Everybody's overwrite first, then those of all roles together, then the member's own; each denies before it allows.
        own = Apply(own, channel.Overwrites.Where(one => !one.IsMember && one.Target == guild.Id));
        own = Apply(own, channel.Overwrites.Where(one => !one.IsMember && one.Target != guild.Id && member.Roles.Contains(one.Target)));
        own = Apply(own, channel.Overwrites.Where(one => one.IsMember && one.Target == member.User.Id));

        // Whoever does not see a channel can do nothing in it, and whoever can't write can't do what belongs to writing.
        return !own.HasFlag(DiscordPermissions.ViewChannel) ? DiscordPermissions.None
            : own.HasFlag(DiscordPermissions.SendMessages) ? own
            : own & ~(DiscordPermissions.AttachFiles | DiscordPermissions.EmbedLinks | DiscordPermissions.MentionEveryone);
    }

    private static DiscordPermissions Apply(DiscordPermissions own, IEnumerable<DiscordOverwrite> overwrites)
    {
        var (allow, deny) = overwrites.Aggregate(
            (Allow: DiscordPermissions.None, Deny: DiscordPermissions.None),
            (sum, one) => (sum.Allow | one.Allow, sum.Deny | one.Deny));
        return (own & ~deny) | allow;
    }
}
