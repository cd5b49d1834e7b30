using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// What one bot wants to post in one channel. One post at a time, in order; what comes while it waits for its turn travels in it, and
/// makes it as urgent as the most urgent of what is there. Nothing is lost to a Discord that stumbles: the same post is made again, under
/// its nonce.
/// </summary>
internal sealed partial class PostQueue(Snowflake channel, IDiscordMessages messages, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>While a post is under way, how soon it is worth asking again when text is due.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(25);

    /// <summary>While a post stands in line, how often text joins it. Each time costs a frame.</summary>
    private static readonly TimeSpan JoinEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Frames with which a post in line is full enough: one message takes about four of text.</summary>
    private const int MostInLine = 4;

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private readonly SemaphoreSlim _bell = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task? _work;
    private long _lastPost;
    private long _lastAdd;
    private volatile bool _busy;

    /// <summary>Of the post that is not written yet.</summary>
    private volatile DiscordTurn? _turn;

    /// <summary>The channel is gone or closed to us; what waits here is lost, and must be said elsewhere.</summary>
    public event Action<DiscordException>? Closed;

    public Snowflake Channel => channel;

    /// <summary>Whether there is nothing to post and nothing on its way.</summary>
    public bool IsIdle => _waiting.IsEmpty && !_busy;

    /// <summary>
    /// How long text should still be gathered. The budget is spread over its window, so that readers get their text at an even pace, and one
    /// post is kept back for the end.
    /// </summary>
    public TimeSpan TextDueIn
    {
        get
        {
            if (!IsIdle)
            {
                return _turn is not null && _waiting.Count < MostInLine
                    ? JoinEvery - time.GetElapsedTime(Interlocked.Read(ref _lastAdd))
                    : Soon;
            }

            var budget = messages.PostBudget(channel);
            if (budget.Limit == 0)
            {
                return budget.Remaining > 0 ? TimeSpan.Zero : Soon;
            }

            var spare = budget.Remaining - 1;
            if (spare <= 0)
            {
                return Longer(budget.ResetsAfter, Soon);
            }

            var since = time.GetElapsedTime(Interlocked.Read(ref _lastPost));
            var pace = (budget.ResetsAfter + since) / (spare + 1);
            return budget.ResetsAfter == TimeSpan.Zero || since >= pace ? budget.BlockedFor : Longer(pace - since, budget.BlockedFor);
        }
    }

    public void Add(Snowflake peer, IEnumerable<byte[]> frames, DiscordUrgency urgency)
    {
        foreach (var frame in frames)
        {
            _waiting.Enqueue(new(peer, frame, urgency));
        }

        Interlocked.Exchange(ref _lastAdd, time.GetTimestamp());
        _turn?.Raise(urgency);
        lock (_gate)
        {
            _work ??= Task.Run(Work);
        }

        _bell.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((_work ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        _stop.Dispose();
        _bell.Dispose();
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task Work()
    {
        while (true)
        {
            await _bell.WaitAsync(_stop.Token);
            _busy = true;
            try
            {
                while (!_waiting.IsEmpty)
                {
                    await PostNext(_stop.Token);
                }
            }
            catch (DiscordException closed)
            {
                _waiting.Clear();
                LogClosed(channel, closed.Message);
                Closed?.Invoke(closed);
            }
            catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
            {
                // What waits is tried again: nobody else posts here, so this must go on.
                LogBroken(channel, unforeseen);
                await Task.Delay(AfterTrouble, time, _stop.Token);
                _bell.Release();
            }
            finally
            {
                _busy = false;
            }
        }
    }

    private async Task PostNext(CancellationToken cancellationToken)
    {
        DiscordPost? sent = null;
        var count = 0;
        while (true)
        {
            var turn = new DiscordTurn(MostUrgent());
            _turn = turn;

            // What has come in between saw no turn to raise.
            turn.Raise(MostUrgent());
            try
            {
                await messages.Post(channel, turn, Write, cancellationToken);
                break;
            }
            catch (DiscordException passing) when (passing.IsPassing)
            {
                LogTrouble(channel, passing.Message);
                await Task.Delay(AfterTrouble, time, cancellationToken);
            }
            finally
            {
                _turn = null;
            }
        }

        Interlocked.Exchange(ref _lastPost, time.GetTimestamp());
        for (var i = 0; i < count; i++)
        {
            _waiting.TryDequeue(out _);
        }

        // A post that may have arrived is made again as it was; one that has not been written takes in what has come since.
        DiscordPost Write()
        {
            _turn = null;
            return sent ??= Compose(out count);
        }
    }

    /// <summary>In one channel nobody overtakes: whoever is urgent makes those before it so.</summary>
    private DiscordUrgency MostUrgent() => _waiting.Min(one => one.Urgency);

    /// <summary>One message speaks to one bot.</summary>
    private DiscordPost Compose(out int count)
    {
        var waiting = _waiting.ToArray();
        var peer = waiting[0].Peer;
        return FramePost.Of(peer, [.. waiting.TakeWhile(one => one.Peer == peer).Select(one => one.Frame)], out count);
    }

    private sealed record Waiting(Snowflake Peer, byte[] Frame, DiscordUrgency Urgency);

    [LoggerMessage(LogLevel.Warning, "Nothing can be posted in channel {Channel} any more: {Problem}")]
    private partial void LogClosed(Snowflake channel, string problem);

    [LoggerMessage(LogLevel.Error, "A post in channel {Channel} failed; it is tried again.")]
    private partial void LogBroken(Snowflake channel, Exception broken);

    [LoggerMessage(LogLevel.Warning, "A post in channel {Channel} has to wait: {Problem}")]
    private partial void LogTrouble(Snowflake channel, string problem);
}
