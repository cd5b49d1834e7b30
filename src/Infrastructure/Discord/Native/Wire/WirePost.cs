namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <summary>The body of a post, an edit, and an answer to an interaction. What is null is left out.</summary>
internal sealed record WirePost(string Content, WireAllowedMentions AllowedMentions)
{
    private const int Ephemeral = 1 << 6;

    public string? Nonce { get; init; }

    public bool? EnforceNonce { get; init; }

    public WireReference? MessageReference { get; init; }

    public WireFile[]? Attachments { get; init; }

    public int? Flags { get; init; }

    public static WirePost Of(DiscordPost post, string nonce) => new(post.Content, new([], [.. post.MayMention], RepliedUser: false))
    {
        Nonce = nonce,
        EnforceNonce = true,
        MessageReference = post.AnswerTo is { } answered ? new(answered, FailIfNotExists: false) : null,
        Attachments = WireFile.Of(post.Files),
    };

    public static WirePost Of(DiscordReply reply) => Of(reply.Content) with
    {
        Attachments = WireFile.Of(reply.Files),
        Flags = reply.IsEphemeral ? Ephemeral : null,
    };

    public static WirePost Of(string content) => new(content, new([], [], RepliedUser: false));

    /// <summary>The flags of an answer that has no content yet.</summary>
    public static int? Deferred(bool ephemeral) => ephemeral ? Ephemeral : null;
}

internal sealed record WireAllowedMentions(string[] Parse, Snowflake[] Users, bool RepliedUser);

internal sealed record WireReference(Snowflake MessageId, bool FailIfNotExists);

internal sealed record WireFile(int Id, string Filename)
{
    public static WireFile[]? Of(IReadOnlyList<DiscordFile> files) =>
        files.Count == 0 ? null : [.. files.Select((file, number) => new WireFile(number, file.Name))];
}
