namespace MeatLizard.DiscordStandIn.Posted;

/// <summary>An attachment; <paramref name="Size"/> in bytes, <paramref name="Sha256"/> in lower-case hex.</summary>
public sealed record LedgerFile(string Name, long Size, string Sha256, ReadOnlyMemory<byte> Bytes);
