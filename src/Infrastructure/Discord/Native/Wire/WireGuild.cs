namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireGuild(
    Snowflake Id,
    string? Name,
    Snowflake? OwnerId,
    WireRole[]? Roles,
    WireChannel[]? Channels,
    WireMember[]? Members,
    bool? Unavailable)
{
    public DiscordGuild ToGuild() => new(Id, Name ?? "", OwnerId ?? default, [.. (Roles ?? []).Select(one => one.ToRole())]);
}

internal sealed record WireRole(Snowflake Id, string? Name, DiscordPermissions Permissions, int Position, bool Managed)
{
    public DiscordRole ToRole() => new(Id, Name ?? "", Permissions, Position, Managed);
}

internal sealed record WireMember(WireUser? User, Snowflake[]? Roles, DiscordPermissions? Permissions)
{
    public DiscordMember ToMember() => new(User?.ToUser() ?? new(default, "", IsBot: false), Roles ?? []);
}

/// <summary>What events about a guild's roles and members have in common.</summary>
internal sealed record WireGuildPart(Snowflake GuildId, WireUser? User);
