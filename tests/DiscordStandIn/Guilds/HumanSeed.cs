namespace MeatLizard.DiscordStandIn.Guilds;

public sealed record HumanSeed(string Name)
{
    public ulong? Id { get; init; }

    public string? GlobalName { get; init; }
}
