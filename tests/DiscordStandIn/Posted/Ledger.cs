using MeatLizard.DiscordStandIn.Guilds;

namespace MeatLizard.DiscordStandIn.Posted;

/// <summary>All that was ever posted, whether it is still there or not. Safe from any thread.</summary>
public sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly List<LedgerEntry> _entries = [];
    private readonly Dictionary<ulong, int> _places = [];

    /// <summary>Everything so far, in the order of posting.</summary>
    public IReadOnlyList<LedgerEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>An entry was added or has changed.</summary>
    internal event Action<LedgerEntry>? Changed;

    public IReadOnlyList<LedgerEntry> In(ulong channel) => [.. Entries.Where(entry => entry.ChannelId == channel)];

    public IReadOnlyList<LedgerEntry> By(ulong author) => [.. Entries.Where(entry => entry.AuthorId == author)];

    internal void Add(Message message)
    {
        var guild = message.Channel.Guild;
        var entry = new LedgerEntry(
            message.Id,
            message.Author.Id,
            message.Author.Name,
            message.Author.IsBot,
            guild?.Id,
            guild?.Name,
            message.Channel.Id,
            message.Channel.Name,
            message.Content,
            [.. message.Attachments.Select(one => new LedgerFile(one.Name, one.Bytes.Length, one.Sha256, one.Bytes))],
            message.Nonce,
            message.IsEphemeral,
            message.At);
        lock (_gate)
        {
            _places.Add(message.Id, _entries.Count);
            _entries.Add(entry);
        }

        Changed?.Invoke(entry);
    }

    internal void Edited(Message message, DateTimeOffset at) =>
        Change(message.Id, entry => entry with { Edits = [.. entry.Edits, new LedgerEdit(message.Content, at)] });

    internal void Deleted(ulong message, DateTimeOffset at) => Change(message, entry => entry with { DeletedAt = entry.DeletedAt ?? at });

    private void Change(ulong message, Func<LedgerEntry, LedgerEntry> change)
    {
        LedgerEntry entry;
        lock (_gate)
        {
            if (!_places.TryGetValue(message, out var place))
                return;
            entry = _entries[place] = change(_entries[place]);
        }

        Changed?.Invoke(entry);
    }
}
