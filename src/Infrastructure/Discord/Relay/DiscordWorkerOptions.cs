using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>How a worker finds its server in Discord.</summary>
/// <param name="RelayGuild">The owner's private guild.</param>
/// <param name="Root">32 bytes.</param>
public sealed record DiscordWorkerOptions(Snowflake RelayGuild, WorkerId Worker, byte[] Root)
{
    /// <summary>Without the root.</summary>
    public override string ToString() => $"DiscordWorkerOptions {Worker}";
}
