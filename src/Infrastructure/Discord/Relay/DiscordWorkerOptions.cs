using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>How a worker finds its server in Discord.</summary>
/// <param name="RelayGuild">The owner's private guild.</param>
/// <param name="Root">32 bytes.</param>
public sealed record DiscordWorkerOptions(Snowflake RelayGuild, WorkerId Worker, byte[] Root)
{
    /// <summary>A root that the worker was given and has not proved itself by yet; null when there is none.</summary>
    public byte[]? NextRoot { get; init; }

    /// <summary>Where the worker keeps its roots; null: it can't be given another one.</summary>
    public IRootStore? Roots { get; init; }

    /// <summary>Without the root.</summary>
    public override string ToString() => $"DiscordWorkerOptions {Worker}";
}
