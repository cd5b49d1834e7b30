using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// What is posted in the relay's channels, each channel's messages in their order: heard as they come, fetched when some were missed.
/// A message that is met twice is handed on twice; its frames open once.
/// </summary>
internal sealed partial class RelayInput(IDiscordMessages messages, TimeProvider time, ILogger<RelayInput> logger) : IAsyncDisposable
{
    private const int MostTries = 3;

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Snowflake, Room> _rooms = new();
    private readonly CancellationTokenSource _stop = new();

    private IDiscordMessages Messages => messages;

    private TimeProvider Time => time;

    public delegate ValueTask Heard(DiscordMessage message, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken);

    /// <param name="after">What was posted up to then is not asked for again.</param>
    public void Follow(Snowflake channel, Snowflake after, Heard heard) =>
        _rooms.GetOrAdd(channel, id => new Room(id, after, heard, this)).Begin();

    public IReadOnlyCollection<Snowflake> Channels => [.. _rooms.Keys];

    public void Forget(Snowflake channel)
    {
        if (_rooms.TryRemove(channel, out var room))
        {
            room.End();
        }
    }

    /// <returns>False when nobody follows that channel.</returns>
    public bool Add(DiscordMessage message) => _rooms.TryGetValue(message.ChannelId, out var room) && room.Add(message);

    /// <summary>Some messages in this channel may not have been told.</summary>
    public void LookAgain(Snowflake channel)
    {
        if (_rooms.TryGetValue(channel, out var room))
        {
            room.Add(null);
        }
    }

    /// <summary>Some messages may not have been told.</summary>
    public void LookAgain()
    {
        foreach (var room in _rooms.Values)
        {
            room.Add(null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var room in _rooms.Values)
        {
            await room.Ended;
        }

        _stop.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "Messages in channel {Channel} could not be fetched; it is tried again. {Problem}")]
    private partial void LogTrouble(Snowflake channel, string problem);

    [LoggerMessage(LogLevel.Warning, "Messages in channel {Channel} can't be fetched until Discord tells of it again. {Problem}")]
    private partial void LogShut(Snowflake channel, string problem);

    [LoggerMessage(LogLevel.Information, "Channel {Channel} is gone, and nobody had told of it.")]
    private partial void LogGone(Snowflake channel);

    [LoggerMessage(LogLevel.Error, "A message in channel {Channel} could not be taken in.")]
    private partial void LogBroken(Snowflake channel, Exception broken);

    /// <summary>One channel. Null among its messages says: fetch what was missed.</summary>
    private sealed class Room(Snowflake id, Snowflake after, Heard heard, RelayInput all)
    {
        private const int Capacity = 10_000;

        private readonly Channel<DiscordMessage?> _waiting = Channel.CreateBounded<DiscordMessage?>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

        private readonly Lock _gate = new();
        private Snowflake _last = after;
        private Task? _work;

        public Task Ended => _work ?? Task.CompletedTask;

        public void Begin()
        {
            lock (_gate)
            {
                _work ??= Task.Run(Work);
            }
        }

        public void End() => _waiting.Writer.TryComplete();

        public bool Add(DiscordMessage? message) => _waiting.Writer.TryWrite(message);

        private async Task Work()
        {
            try
            {
                await foreach (var message in _waiting.Reader.ReadAllAsync(all._stop.Token))
                {
                    if (message is null)
                    {
                        await Fetch();
                    }
                    else
                    {
                        await Take(message);
                    }
                }
            }
            catch (OperationCanceledException) when (all._stop.IsCancellationRequested)
            {
            }
        }

        private async Task Fetch()
        {
            try
            {
                await foreach (var message in all.Messages.MessagesAfter(id, _last, all._stop.Token))
                {
                    await Take(message);
                }
            }
            catch (DiscordException gone) when (gone.Problem == DiscordProblem.Gone)
            {
                all.LogGone(id);
                all.Forget(id);
            }
            catch (DiscordException trouble) when (trouble.IsPassing)
            {
                all.LogTrouble(id, trouble.Message);
                await Task.Delay(AfterTrouble, all.Time, all._stop.Token);
                Add(null);
            }
            catch (DiscordException shut)
            {
                all.LogShut(id, shut.Message);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                all.LogBroken(id, broken);
            }
        }

        private async Task Take(DiscordMessage message)
        {
            if (message.Id > _last)
            {
                _last = message.Id;
            }

            try
            {
                if (await all.Frames(message, all._stop.Token) is { Count: > 0 } frames)
                {
                    await heard(message, frames, all._stop.Token);
                }
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                all.LogBroken(id, broken);
            }
        }
    }

    private async ValueTask<IReadOnlyList<byte[]>> Frames(DiscordMessage message, CancellationToken cancellationToken)
    {
        if (message.IsWebhook || !message.Author.IsBot)
        {
            return [];
        }

        byte[][] inText = [.. FramePost.InText(message.Content)];
        return message.Attachments.FirstOrDefault(file => file.Name == FramePost.FileName) is { } attached
            ? [.. inText, .. FramePost.InFile(await Download(attached, cancellationToken))]
            : inText;
    }

    private async Task<byte[]> Download(DiscordAttachment attached, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await messages.Download(attached, FramePost.LargestFile, cancellationToken);
            }
            catch (DiscordException trouble) when (trouble.IsPassing && tries < MostTries)
            {
                await Task.Delay(AfterTrouble, time, cancellationToken);
            }
        }
    }
}
