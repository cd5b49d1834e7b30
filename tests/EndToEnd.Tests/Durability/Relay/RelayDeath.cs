using MeatLizard.KillHost;

namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>Which host dies, and where in the life of a message.</summary>
/// <param name="Point"><see cref="KillPoint.None"/>: not at a point of its own, but as soon as the reader has text.</param>
/// <param name="Passes">How often the point is passed unharmed before.</param>
internal sealed record RelayDeath(RelayRole Host, KillPoint Point, int Passes = 0)
{
    /// <summary>Seed of what is drawn from the whole matrix when not all of it is run.</summary>
    private const int Seed = 20261122;

    /// <summary>Whether the whole matrix is run.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("MEATLIZARD_FULL") is { Length: > 0 };

    /// <summary>Left dead until the attempt that it had given out was taken back, because nobody acknowledged it.</summary>
    public bool IsMissed { get; init; }

    /// <summary>Whether what had been said may be lost with the worker: the model is at it, and the journal does not have its end.</summary>
    public bool MayCostTheRest => Host == RelayRole.Worker
        && Point is KillPoint.None or KillPoint.MidGeneration or KillPoint.ChunkKept or KillPoint.ChunkSent or KillPoint.DoneReached;

    private static RelayDeath[] Submitting =>
    [
        new(RelayRole.Api, KillPoint.BodyRead),
        new(RelayRole.Api, KillPoint.BeforeInsert),
        new(RelayRole.Api, KillPoint.AfterCommitBeforeAnswer),
        new(RelayRole.Api, KillPoint.None),
    ];

    private static RelayDeath[] Working =>
    [
        new(RelayRole.Worker, KillPoint.InferReceived),
        new(RelayRole.Worker, KillPoint.AcceptedJournaled),
        new(RelayRole.Worker, KillPoint.AcceptedSent),
        new(RelayRole.Worker, KillPoint.MidGeneration),
        new(RelayRole.Worker, KillPoint.MidGeneration, 10),
        new(RelayRole.Worker, KillPoint.ChunkKept),
        new(RelayRole.Worker, KillPoint.ChunkSent),
        new(RelayRole.Worker, KillPoint.ChunkSent, 1),
        new(RelayRole.Worker, KillPoint.DoneReached),
        new(RelayRole.Worker, KillPoint.DoneJournaled),
        new(RelayRole.Worker, KillPoint.DoneSent),
        new(RelayRole.Worker, KillPoint.AckReceived),
        new(RelayRole.Worker, KillPoint.Forgotten),
        new(RelayRole.Worker, KillPoint.None),
    ];

    /// <summary>API host and worker.</summary>
    public static IEnumerable<RelayDeath> OverTheLink() =>
        Drawn([.. Submitting, .. Relaying(RelayRole.Api), new(RelayRole.Api, KillPoint.ChunkReceived, 1), .. Working], 2);

    /// <summary>API host, server bot and worker.</summary>
    public static IEnumerable<RelayDeath> OverDiscord() =>
        Drawn(
            [
                .. Submitting,
                .. Relaying(RelayRole.Server),
                new(RelayRole.Server, KillPoint.None),
                new(RelayRole.Server, KillPoint.BeforeDispatchSent) { IsMissed = true },
                new(RelayRole.Server, KillPoint.Dispatched) { IsMissed = true },
                .. Working,
            ],
            1);

    public override string ToString() => $"{Host} {Point} {Passes}{(IsMissed ? " and missed" : "")}";

    private static RelayDeath[] Relaying(RelayRole host) =>
    [
        new(host, KillPoint.OutboxPicked),
        new(host, KillPoint.DispatchCommitted),
        new(host, KillPoint.BeforeDispatchSent),
        new(host, KillPoint.Dispatched),
        new(host, KillPoint.AcceptedHeard),
        new(host, KillPoint.ChunkReceived),
        new(host, KillPoint.ChunkCommitted),
        new(host, KillPoint.ChunkCommitted, 1),
        new(host, KillPoint.DoneReceived),
        new(host, KillPoint.EndCommitted),
        new(host, KillPoint.AckSent),
    ];

    /// <param name="each">So many of each host's; all of them with MEATLIZARD_FULL.</param>
    private static IEnumerable<RelayDeath> Drawn(RelayDeath[] all, int each)
    {
        var random = new Random(Seed);
        return Full ? all : all.GroupBy(death => death.Host).SelectMany(deaths => deaths.OrderBy(_ => random.Next()).Take(each).ToArray());
    }
}
