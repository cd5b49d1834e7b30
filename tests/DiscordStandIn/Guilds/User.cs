namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A human or a bot.</summary>
public sealed class User(ulong id, string name, bool isBot)
{
    public ulong Id { get; } = id;

    /// <summary>Unique among the world's users.</summary>
    public string Name { get; } = name;

    public bool IsBot { get; } = isBot;

    /// <summary>What others are shown in place of the name.</summary>
    public string? GlobalName { get; init; }

    /// <summary>How the user is mentioned in a message.</summary>
    public string Mention => $"<@{Id}>";
}
