namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A file of a message; <paramref name="Bytes"/> is its content.</summary>
public sealed record Attachment(ulong Id, string Name, string ContentType, ReadOnlyMemory<byte> Bytes, string Sha256)
{
    public string? Description { get; init; }
}
