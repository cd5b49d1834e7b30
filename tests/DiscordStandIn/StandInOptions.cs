using System.Net;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Limiting;

namespace MeatLizard.DiscordStandIn;

/// <summary>How a stand-in starts.</summary>
public sealed record StandInOptions
{
    /// <summary>Loopback unless said otherwise: whoever reaches it may do everything.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where the ledger (ledger.jsonl) and attachments (files/SHA-256) are written as well as kept; null for nowhere.</summary>
    public string? DataFolder { get; init; }

    /// <summary>What there is at the start.</summary>
    public Action<WorldBuilder> World { get; init; } = DefaultWorld.Build;

    /// <summary>Every limit's window, every deadline and all latency run on it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public RateLimits Limits { get; init; } = new();

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(41_250);

    /// <summary>A connection without a heartbeat for so long is closed with 4009.</summary>
    public TimeSpan HeartbeatPatience { get; init; } = TimeSpan.FromMilliseconds(2 * 41_250);

    /// <summary>How long a session waits for its client to resume.</summary>
    public TimeSpan ResumeWithin { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How many dispatches a session keeps for that.</summary>
    public int ReplayAtMost { get; init; } = 5_000;

    /// <summary>How long a nonce with enforce_nonce brings the same message back.</summary>
    public TimeSpan NonceKept { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long an application has for its first answer to an interaction, and for all later ones.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan FollowUpWithin { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The largest attachment in bytes.</summary>
    public long LargestFile { get; init; } = 10 * 1024 * 1024;
}
