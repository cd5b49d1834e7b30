namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>The server's side of the relay in Discord.</summary>
/// <param name="Guild">The owner's private guild; never a community's, because its administrators see every channel.</param>
public sealed record DiscordRelayOptions(Snowflake Guild)
{
    /// <summary>Relay channels, which are answers at a time. 1 to 200.</summary>
    public int Channels { get; init; } = 40;

    /// <summary>How long frames stay in Discord. A minute to 14 days.</summary>
    public TimeSpan KeepFrames { get; init; } = TimeSpan.FromHours(1);
}
