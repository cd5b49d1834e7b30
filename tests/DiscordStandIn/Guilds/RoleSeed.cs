namespace MeatLizard.DiscordStandIn.Guilds;

public sealed record RoleSeed(string Name)
{
    public ulong? Id { get; init; }

    public IReadOnlyList<string> Permissions { get; init; } = [];
}
