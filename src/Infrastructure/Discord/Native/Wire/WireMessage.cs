namespace MeatLizard.Infrastructure.Discord.Native.Wire;

internal sealed record WireMessage(
    Snowflake Id,
    Snowflake ChannelId,
    Snowflake? GuildId,
    WireUser? Author,
    string? Content,
    WireAttachment[]? Attachments,
    WireUser[]? Mentions,
    WireNonce? Nonce,
    Snowflake? WebhookId)
{
    public DiscordMessage ToMessage() => new(
        Id,
        ChannelId,
        GuildId,
        Author?.ToUser() ?? new(default, "", IsBot: false),
        Content ?? "",
        [.. (Attachments ?? []).Select(one => one.ToAttachment())],
        [.. (Mentions ?? []).Select(one => one.Id)],
        Nonce?.Value,
        WebhookId is not null);
}

internal sealed record WireUser(Snowflake Id, string? Username, bool? Bot)
{
    public DiscordUser ToUser() => new(Id, Username ?? "", Bot ?? false);
}

internal sealed record WireAttachment(Snowflake Id, string? Filename, long Size, Uri Url, string? ContentType)
{
    public DiscordAttachment ToAttachment() => new(Id, Filename ?? "", Size, Url, ContentType);
}

internal sealed record WireDeletion(Snowflake? Id, Snowflake[]? Ids, Snowflake ChannelId);
