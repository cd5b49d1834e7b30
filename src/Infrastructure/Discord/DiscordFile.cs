namespace MeatLizard.Infrastructure.Discord;

/// <summary>A file to be posted. Without a boost a guild takes 10 MiB in one message.</summary>
/// <param name="Name">Letters, digits, dot, hyphen and underscore are kept by Discord; others are replaced.</param>
public sealed record DiscordFile(string Name, ReadOnlyMemory<byte> Content);
