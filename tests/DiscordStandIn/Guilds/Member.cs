namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A user in a guild.</summary>
public sealed class Member(User user, DateTimeOffset joined)
{
    public User User { get; } = user;

    public DateTimeOffset Joined { get; } = joined;

    public string? Nick { get; set; }

    /// <summary>Ids of the roles beside everyone's.</summary>
    public HashSet<ulong> Roles { get; } = [];
}
