using MeatLizard.Application.Operations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// The one connection of this host to Redis. While Redis does not answer nobody waits for it: one call finds out, the others are told at
/// once, and a probe looks until it is back. What is heard and said here are ids and counts, never text, but for kept answers, which are
/// sealed.
/// </summary>
/// <param name="time">Says since when. Whoever waits for Redis itself waits by the system's clock, as the driver does.</param>
internal sealed partial class RedisLink(RedisOptions options, TimeProvider time, ILogger<RedisLink> log)
    : IHostedService, IAccelerator, IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RoundWhileAway = TimeSpan.FromMilliseconds(250);

    /// <summary>A connection that is dead for so long is given up for a new one: the driver does not get over every kind of fault.</summary>
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private volatile RedisConnection? _connection;
    private volatile bool _answers;
    private DateTimeOffset? _awaySince;
    private DateTimeOffset _backSince;
    private Task _tending = Task.CompletedTask;
    private int _outages;
    private bool _disposed;

    /// <summary>It answers, for the first time or again.</summary>
    public event Action? Answering;

    /// <summary>Another host says something.</summary>
    public event Action<Notice, ReadOnlyMemory<byte>>? Heard;

    public string Name => "redis";

    public string Consequence =>
        "Redis does not answer: limits are stricter and answers from other hosts come later until it does; see whether it runs.";

    /// <summary>Names this host's process among the others.</summary>
    public Guid Host { get; } = Guid.NewGuid();

    public string Prefix => options.Prefix;

    public bool Answers => _answers;

    /// <summary>Since when it answers again after an outage; the beginning of time if there was none, null while there is one.</summary>
    public DateTimeOffset? BackSince
    {
        get
        {
            lock (_gate)
            {
                return _answers ? _backSince : null;
            }
        }
    }

    public DateTimeOffset? AwaySince
    {
        get
        {
            lock (_gate)
            {
                return _answers ? null : _awaySince ?? _began;
            }
        }
    }

    /// <summary>Where notices are published.</summary>
    public string ChannelName => options.Prefix + ":notices";

    private RedisChannel Channel => new(ChannelName, RedisChannel.PatternMode.Literal);

    /// <summary>Waits a moment for the first answer, so that a host does not begin with its fallbacks; a Redis that is away stops no start.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _tending = Task.Run(Tend, CancellationToken.None);
        try
        {
            await _first.Task.WaitAsync(FirstWait, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _tending;
        _answers = false;
        await Drop();
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        _look.Dispose();
    }

    /// <summary>Runs a script, atomically.</summary>
    /// <returns>Null when Redis is away or does not answer in time: it may have run all the same.</returns>
    public async ValueTask<RedisResult?> Evaluate(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        var outages = Volatile.Read(ref _outages);
        if (!_answers || _connection is not { } connection)
        {
            return null;
        }

        try
        {
            return await connection.Evaluate(script, keys, values).WaitAsync(options.Timeout, cancellationToken);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            // What began before the last outage says nothing about now.
            if (outages == Volatile.Read(ref _outages))
            {
                Away(failure);
            }

            return null;
        }
    }

    /// <summary>To all other hosts; nobody waits for it, and it may be lost.</summary>
    public void Tell(Notice notice, ReadOnlySpan<byte> content)
    {
        if (_answers && _connection is { } connection)
        {
            connection.Publish(Channel, Message(notice, content));
        }
    }

    /// <summary>A notice as it is published, for a script that publishes it.</summary>
    public byte[] Message(Notice notice, ReadOnlySpan<byte> content) => [(byte)notice, .. Host.ToByteArray(), .. content];

    private async Task Tend()
    {
        DateTimeOffset? deadSince = null;
        while (!_stop.IsCancellationRequested)
        {
            var outages = Volatile.Read(ref _outages);
            try
            {
                var connection = _connection ??= await RedisConnection.Open(options, Channel, Hear);
                await connection.Probe(
                    options.Prefix + ":probe:" + Host,
                    nonce => connection.Publish(Channel, Message(Notice.Probe, nonce)),
                    options.Timeout,
                    _stop.Token);
                deadSince = null;
                Back(outages);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
            {
                Away(failure);
                deadSince ??= time.GetUtcNow();
                if (time.GetUtcNow() - deadSince >= GivenUpAfter)
                {
                    deadSince = null;
                    await Drop();
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the driver throws, the host goes on without Redis and looks again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Away(failure);
                await Drop();
            }

            try
            {
                await _look.WaitAsync(_answers ? Round : RoundWhileAway, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Hear(byte[] message)
    {
        const int head = 17;
        if (message.Length < head)
        {
            return;
        }

        var isOwn = new Guid(message.AsSpan(1, 16)) == Host;
        var content = message.AsMemory(head);
        if ((Notice)message[0] == Notice.Probe)
        {
            if (isOwn)
            {
                _connection?.Echoed(content.Span);
            }
        }
        else if (!isOwn)
        {
            Heard?.Invoke((Notice)message[0], content);
        }
    }

    /// <param name="outages">When the probe began. One that was answered before the last outage, and comes to word after it, says nothing about now.</param>
    private void Back(int outages)
    {
        DateTimeOffset? away;
        lock (_gate)
        {
            if (_answers || outages != _outages)
            {
                return;
            }

            _answers = true;
            away = _awaySince;
            _awaySince = null;
            _backSince = away is null ? DateTimeOffset.MinValue : time.GetUtcNow();
        }

        _first.TrySetResult();
        if (away is { } since)
        {
            LogBack((long)(time.GetUtcNow() - since).TotalSeconds);
        }

        Answering?.Invoke();
    }

    private void Away(Exception failure)
    {
        lock (_gate)
        {
            if (!_answers && _awaySince is not null)
            {
                return;
            }

            _answers = false;
            _awaySince = time.GetUtcNow();
            _outages++;
        }

        // Its message may name what was sent; the kind is enough to look for the cause.
        LogAway(failure is RedisConnectionException { FailureType: var kind } ? kind.ToString() : failure.GetType().Name);
        try
        {
            _look.Release();
        }
        catch (Exception already) when (already is SemaphoreFullException or ObjectDisposedException)
        {
        }
    }

    private async Task Drop()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Redis does not answer ({Reason}). Until it does, limits are stricter and hosts know of each other by the database alone.")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers again, after {Seconds} s.")]
    private partial void LogBack(long seconds);
}
