namespace MeatLizard.DiscordStandIn.Guilds;

public sealed record BotSeed(string Name, string Token)
{
    public ulong? Id { get; init; }

    /// <summary>The privileged intents that its owner has switched on.</summary>
    public IReadOnlyList<string> Privileged { get; init; } = [];
}
