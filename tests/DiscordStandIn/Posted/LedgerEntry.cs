namespace MeatLizard.DiscordStandIn.Posted;

/// <summary>A message as it was posted, and what became of it.</summary>
public sealed record LedgerEntry(
    ulong MessageId,
    ulong AuthorId,
    string Author,
    bool ByBot,
    ulong? GuildId,
    string? Guild,
    ulong ChannelId,
    string Channel,
    string Content,
    IReadOnlyList<LedgerFile> Files,
    string? Nonce,
    bool Ephemeral,
    DateTimeOffset At)
{
    /// <summary>Later wordings, in their order.</summary>
    public IReadOnlyList<LedgerEdit> Edits { get; init; } = [];

    public DateTimeOffset? DeletedAt { get; init; }
}
