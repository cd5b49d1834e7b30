using MeatLizard.Infrastructure.Discord;

namespace MeatLizard.KillHost;

internal sealed class WatchedMessages(IDiscordMessages inner, ExpectedPosts posts) : IDiscordMessages
{
    public Task<DiscordMessage> Post(Snowflake channel, DiscordPost post, CancellationToken cancellationToken) => inner.Post(channel, post, cancellationToken);

    /// <summary>Frames are posted in this way, and nothing else is.</summary>
    public async Task<DiscordMessage> Post(Snowflake channel, DiscordTurn turn, Func<DiscordPost> write, CancellationToken cancellationToken)
    {
        IReadOnlyList<KillPoint> expected = [];
        try
        {
            var made = await inner.Post(
                channel,
                turn,
                () =>
                {
                    expected = posts.Take();
                    return write();
                },
                cancellationToken);
            posts.Made(expected);
            return made;
        }
        catch
        {
            posts.GiveBack(expected);
            throw;
        }
    }

    public DiscordBudget PostBudget(Snowflake channel) => inner.PostBudget(channel);

    public Task<DiscordMessage> Edit(Snowflake channel, Snowflake message, string content, CancellationToken cancellationToken) =>
        inner.Edit(channel, message, content, cancellationToken);

    public Task Delete(Snowflake channel, IReadOnlyCollection<Snowflake> messages, CancellationToken cancellationToken) =>
        inner.Delete(channel, messages, cancellationToken);

    public IAsyncEnumerable<DiscordMessage> MessagesAfter(Snowflake channel, Snowflake after, CancellationToken cancellationToken) =>
        inner.MessagesAfter(channel, after, cancellationToken);

    public Task<byte[]> Download(DiscordAttachment attachment, int most, CancellationToken cancellationToken) =>
        inner.Download(attachment, most, cancellationToken);
}
