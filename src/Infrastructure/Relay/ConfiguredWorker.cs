namespace MeatLizard.Infrastructure.Relay;

/// <summary>A worker elsewhere, as the configuration names it.</summary>
/// <param name="Key">Its root, 64 hex digits.</param>
/// <param name="IsInDiscord">Whether it is reached through Discord; otherwise it dials in.</param>
/// <param name="BotId">The Discord bot that it posts with, where that is known.</param>
public sealed record ConfiguredWorker(string Name, string Key, bool IsInDiscord, ulong? BotId)
{
    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"ConfiguredWorker {Name}";
}
