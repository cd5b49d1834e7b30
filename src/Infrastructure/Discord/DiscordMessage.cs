namespace MeatLizard.Infrastructure.Discord;

/// <param name="GuildId">Null in a direct channel, and in what was fetched rather than heard.</param>
/// <param name="Content">Empty where the bot may not read it.</param>
/// <param name="Nonce">What its author gave; told only in the answer to the post and in the event for it.</param>
/// <param name="IsWebhook">Posted by a webhook, which may call itself anything.</param>
/// <param name="Mentions">Users whom it mentions.</param>
public sealed record DiscordMessage(
    Snowflake Id,
    Snowflake ChannelId,
    Snowflake? GuildId,
    DiscordUser Author,
    string Content,
    IReadOnlyList<DiscordAttachment> Attachments,
    IReadOnlyList<Snowflake> Mentions,
    string? Nonce,
    bool IsWebhook)
{
    /// <summary>Without the content.</summary>
    public override string ToString() => $"DiscordMessage {Id} in {ChannelId} by {Author.Id}";
}
