using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>One bot's posts, by channel.</summary>
internal sealed class PostQueues(IDiscordMessages messages, TimeProvider time, ILogger<PostQueues> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Snowflake, PostQueue> _queues = new();

    /// <summary>Nothing can be posted there any more.</summary>
    public event Action<Snowflake, DiscordException>? Closed;

    public PostQueue To(Snowflake channel) => _queues.GetOrAdd(channel, static (id, all) =>
    {
        var queue = new PostQueue(id, all.messages, all.time, all.logger);
        queue.Closed += problem => all.Close(id, problem);
        return queue;
    }, (messages, time, logger, Close: (Action<Snowflake, DiscordException>)Close));

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values)
        {
            await queue.DisposeAsync();
        }
    }

    private void Close(Snowflake channel, DiscordException problem) => Closed?.Invoke(channel, problem);
}
