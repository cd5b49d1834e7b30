namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A human with roles, or a bot that was invited with permissions.</summary>
public sealed record MemberSeed(string User)
{
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Permissions { get; init; } = [];
}
