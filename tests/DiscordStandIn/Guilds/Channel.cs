namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A channel of a guild, a category, or the direct messages between two users.</summary>
public sealed class Channel(ulong id, int type)
{
    public const int Text = 0, Direct = 1, Voice = 2, Category = 4;

    public ulong Id { get; } = id;

    /// <summary>Discord's number for the kind of channel.</summary>
    public int Type { get; } = type;

    /// <summary>Null for direct messages.</summary>
    public Guild? Guild { get; init; }

    /// <summary>The two who write to each other; empty in a guild's channel.</summary>
    public IReadOnlyList<User> Recipients { get; init; } = [];

    public string Name { get; set; } = "";

    public string? Topic { get; set; }

    public int Position { get; set; }

    public ulong? ParentId { get; set; }

    /// <summary>By the id of the role or member.</summary>
    public Dictionary<ulong, Overwrite> Overwrites { get; } = [];

    /// <summary>By id, which is by time.</summary>
    public SortedList<ulong, Message> Messages { get; } = [];

    /// <summary>Whether a user has all of these permissions here.</summary>
    public bool Lets(ulong user, Permissions permissions) => Guild is null
        ? Recipients.Any(one => one.Id == user)
        : Guild.PermissionsOf(user, this).HasFlag(permissions);
}
