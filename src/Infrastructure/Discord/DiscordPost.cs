namespace MeatLizard.Infrastructure.Discord;

/// <summary>A message to be posted. Nobody is pinged by it but those whom <see cref="MayMention"/> names.</summary>
/// <param name="Content">Up to 2,000 characters; may be empty when there are files.</param>
public sealed record DiscordPost(string Content)
{
    public IReadOnlyList<DiscordFile> Files { get; init; } = [];

    /// <summary>
    /// Up to 25 characters. Within a few minutes a second post with the same nonce in the same channel gives the first one's message
    /// and makes none of its own. Null: one is drawn, because a post that may have arrived is repeated only under its nonce.
    /// </summary>
    public string? Nonce { get; init; }

    /// <summary>Users whom a mention in the content reaches.</summary>
    public IReadOnlyList<Snowflake> MayMention { get; init; } = [];

    /// <summary>The message in the same channel that this one answers. When that is gone the post is made all the same.</summary>
    public Snowflake? AnswerTo { get; init; }

    /// <summary>Without the content.</summary>
    public override string ToString() => $"DiscordPost {Content.Length} characters, {Files.Count} files";
}
