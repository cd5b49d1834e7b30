namespace MeatLizard.Infrastructure.Discord;

/// <summary>
/// Messages in channels. Every call waits for its budget and is never sent while the headers known say that it would be refused; all of
/// them throw <see cref="DiscordException"/>.
/// </summary>
public interface IDiscordMessages
{
    /// <summary>
    /// In the order of the calls within a channel: the next post is sent when the one before has been answered. Repeated under its
    /// nonce when Discord stumbles.
    /// </summary>
    Task<DiscordMessage> Post(Snowflake channel, DiscordPost post, CancellationToken cancellationToken);

    /// <summary>The same, for a post that is written when its turn has come and can take in what has come until then.</summary>
    /// <param name="turn">Of this post alone; it can be raised while the post waits.</param>
    /// <param name="write">Called at most once, just before the post is sent.</param>
    Task<DiscordMessage> Post(Snowflake channel, DiscordTurn turn, Func<DiscordPost> write, CancellationToken cancellationToken);

    /// <summary>What can be posted there now. Asks nobody.</summary>
    DiscordBudget PostBudget(Snowflake channel);

    /// <param name="content">Up to 2,000 characters, in place of what was there.</param>
    Task<DiscordMessage> Edit(Snowflake channel, Snowflake message, string content, CancellationToken cancellationToken);

    /// <summary>In bulk where Discord allows that (up to two weeks old), one by one elsewhere. Those that are gone already are passed over.</summary>
    Task Delete(Snowflake channel, IReadOnlyCollection<Snowflake> messages, CancellationToken cancellationToken);

    /// <summary>All messages later than that one, oldest first, fetched in pages as they are read.</summary>
    /// <param name="after">Need not be a message's: <see cref="Snowflake.FirstAt"/> gives the id of a time.</param>
    IAsyncEnumerable<DiscordMessage> MessagesAfter(Snowflake channel, Snowflake after, CancellationToken cancellationToken);

    /// <summary>The attachment's bytes. Only from the addresses configured; nothing is sent along that says who asks.</summary>
    /// <param name="most">Bytes; with more than that it is refused, whatever size was announced.</param>
    Task<byte[]> Download(DiscordAttachment attachment, int most, CancellationToken cancellationToken);
}
