using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A message as it stands now; earlier wordings are in the ledger.</summary>
public sealed class Message(ulong id, Channel channel, User author, DateTimeOffset at)
{
    public const int EphemeralFlag = 1 << 6, LoadingFlag = 1 << 7;

    public ulong Id { get; } = id;

    public Channel Channel { get; } = channel;

    public User Author { get; } = author;

    public DateTimeOffset At { get; } = at;

    /// <summary>0 plain, 19 a reply, 20 the answer to a slash command.</summary>
    public int Type { get; init; }

    public string Content { get; set; } = "";

    public string? Nonce { get; init; }

    /// <summary>The nonce was sent as a number and goes back as one.</summary>
    internal bool NonceIsNumber { get; init; }

    public DateTimeOffset? Edited { get; set; }

    public int Flags { get; set; }

    /// <summary>Seen by one user alone, in no list and no event.</summary>
    public bool IsEphemeral => (Flags & EphemeralFlag) != 0;

    public IReadOnlyList<Attachment> Attachments { get; set; } = [];

    /// <summary>Users that the message mentions, after allowed_mentions.</summary>
    public IReadOnlyList<User> Mentions { get; set; } = [];

    public IReadOnlyList<ulong> MentionedRoles { get; set; } = [];

    public bool MentionsEveryone { get; set; }

    /// <summary>Id of the message this one answers.</summary>
    public ulong? RepliesTo { get; init; }

    /// <summary>As the bot sent them.</summary>
    public JsonArray Embeds { get; set; } = [];

    /// <summary>As the bot sent them: buttons and menus.</summary>
    public JsonArray Components { get; set; } = [];

    /// <summary>Users by emoji.</summary>
    public Dictionary<string, List<ulong>> Reactions { get; } = [];

    /// <summary>The interaction that this message answers.</summary>
    internal Interaction? Interaction { get; init; }
}
