namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A guild of a <see cref="WorldSeed"/>; its owner is a member without being listed.</summary>
public sealed record GuildSeed(string Name, string Owner)
{
    public ulong? Id { get; init; }

    public IReadOnlyList<string> Everyone { get; init; } = [];

    public IReadOnlyList<RoleSeed> Roles { get; init; } = [];

    public IReadOnlyList<MemberSeed> Members { get; init; } = [];

    public IReadOnlyList<ChannelSeed> Channels { get; init; } = [];
}
