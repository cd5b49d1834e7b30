namespace MeatLizard.Infrastructure.Discord;

/// <summary>A channel to be made.</summary>
/// <param name="Name">1 to 100 characters; Discord writes a text channel's name in lower case and with hyphens.</param>
/// <param name="Topic">Up to 1,024 characters.</param>
/// <param name="Overwrites">Given at once, so that the channel is at no time open to others.</param>
public sealed record DiscordChannelDraft(
    DiscordChannelKind Kind,
    string Name,
    string? Topic,
    Snowflake? ParentId,
    IReadOnlyList<DiscordOverwrite> Overwrites);
