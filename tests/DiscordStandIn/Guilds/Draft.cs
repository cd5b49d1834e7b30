using System.Text.Json.Nodes;

namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>A message that somebody is about to post.</summary>
internal sealed record Draft(string Content)
{
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    public string? Nonce { get; init; }

    public bool NonceIsNumber { get; init; }

    public int Flags { get; init; }

    public int Type { get; init; }

    public ulong? RepliesTo { get; init; }

    public JsonArray Embeds { get; init; } = [];

    public JsonArray Components { get; init; } = [];

    /// <summary>Discord's allowed_mentions; null allows what the author may.</summary>
    public JsonObject? AllowedMentions { get; init; }

    public Interaction? Interaction { get; init; }
}
