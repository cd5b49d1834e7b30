namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireChannel(
    Snowflake Id,
    Snowflake? GuildId,
    int Type,
    string? Name,
    string? Topic,
    Snowflake? ParentId,
    int? Position,
    WireOverwrite[]? PermissionOverwrites)
{
    /// <param name="guild">For where the channel itself does not say it.</param>
    public DiscordChannel ToChannel(Snowflake? guild) => new(
        Id,
        GuildId ?? guild,
        (DiscordChannelKind)Type,
        Name ?? "",
        Topic,
        ParentId,
        Position ?? 0,
        [.. (PermissionOverwrites ?? []).Select(one => one.ToOverwrite())]);
}

internal sealed record WireOverwrite(Snowflake Id, int Type, DiscordPermissions Allow, DiscordPermissions Deny)
{
    private const int Member = 1;

    public static WireOverwrite Of(DiscordOverwrite overwrite) =>
        new(overwrite.Target, overwrite.IsMember ? Member : 0, overwrite.Allow, overwrite.Deny);

    public DiscordOverwrite ToOverwrite() => new(Id, Type == Member, Allow, Deny);
}

/// <summary>The body that makes or changes a channel. What is null is left out.</summary>
internal sealed record WireChannelDraft(string? Name, int? Type, string? Topic, Snowflake? ParentId, WireOverwrite[]? PermissionOverwrites);
