namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary><paramref name="Type"/> is Discord's number: 0 text, 2 voice, 4 category.</summary>
public sealed record ChannelSeed(string Name, int Type = 0)
{
    public ulong? Id { get; init; }

    public IReadOnlyList<OverwriteSeed> Overwrites { get; init; } = [];
}
