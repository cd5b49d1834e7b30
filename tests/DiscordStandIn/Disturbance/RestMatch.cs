namespace MeatLizard.DiscordStandIn.Disturbance;

/// <summary>Which requests a fault meets; what is null matches all.</summary>
public sealed record RestMatch
{
    public static RestMatch Any { get; } = new();

    /// <summary>The id of the bot that asks.</summary>
    public ulong? Bot { get; init; }

    /// <summary>As in <see cref="Limiting.RateLimits"/>: <c>POST /channels/{channel}/messages</c>.</summary>
    public string? Route { get; init; }

    public ulong? Channel { get; init; }

    internal bool Matches(string route, ulong? bot, string? channel) =>
        (Bot is null || Bot == bot)
        && (Route is null || Route == route)
        && (Channel is null || Channel.ToString() == channel);
}
