namespace MeatLizard.Infrastructure.Discord;

/// <param name="Size">Bytes, as Discord says.</param>
/// <param name="Url">Where the bytes are; its signature ends after a day or so.</param>
public sealed record DiscordAttachment(Snowflake Id, string Name, long Size, Uri Url, string? ContentType);
