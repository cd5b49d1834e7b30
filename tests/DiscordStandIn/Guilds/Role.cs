namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A role of a guild; the one with the guild's own id is everyone's.</summary>
public sealed class Role(ulong id, string name)
{
    public ulong Id { get; } = id;

    public string Name { get; set; } = name;

    public Permissions Permissions { get; set; }

    /// <summary>The higher, the more it may; everyone's is 0.</summary>
    public int Position { get; set; }

    public bool Mentionable { get; set; }

    /// <summary>Made for a bot when it was invited; nobody can give or delete it.</summary>
    public bool Managed { get; init; }
}
