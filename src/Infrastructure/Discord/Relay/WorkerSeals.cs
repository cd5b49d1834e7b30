using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// What a worker in Discord seals and opens with: its epoch, its roots, and how it comes from one root to the next. Channels and bots stay
/// the same meanwhile, so what was seen stays seen, and frames on their way under the old root still open for a while.
/// </summary>
internal sealed partial class WorkerSeals(DiscordWorkerOptions options, FrameCounters counters, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>With two roots: after so long without an answer to a hello it is the other one's turn.</summary>
    private static readonly TimeSpan HelloAnsweredWithin = TimeSpan.FromSeconds(10);

    /// <summary>How long frames that the server has sealed with the root before may be on their way.</summary>
    private static readonly TimeSpan OldRootOpens = TimeSpan.FromMinutes(1);

    private readonly WorkerRoots _roots = new(options.Worker, options.Root, options.NextRoot, options.Roots);
    private readonly Dictionary<Snowflake, OutgoingStreams> _streams = [];
    private readonly SemaphoreSlim _changing = new(1);
    private readonly Lock _gate = new();
    private Side? _side;
    private long? _saidHello;
    private long _settledAt;

    public WorkerEpoch Epoch => Now.Epoch;

    private Side Now
    {
        get
        {
            lock (_gate)
            {
                return _side ??= Side.Open(_roots.WithOld, counters);
            }
        }
    }

    /// <summary>See <see cref="IWorkerConnection.TryRenewEpoch"/>.</summary>
    public bool TryRenewEpoch()
    {
        if (!Now.Opener.WantsNewEpoch)
        {
            return false;
        }

        lock (_gate)
        {
            _side?.Opener.Dispose();
            _side = null;
        }

        return true;
    }

    /// <param name="send">Is given the frames before anything else is sealed for this channel.</param>
    public void Seal(Snowflake channel, Snowflake self, ToServer message, Action<byte[][]> send)
    {
        lock (_gate)
        {
            if (message is Hello)
            {
                _saidHello = time.GetTimestamp();
            }

            if (!_streams.TryGetValue(channel, out var streams))
            {
                var (root, terms) = (_roots.Keys.Current, CarrierTerms.Discord(channel.Value, self.Value));
                _streams[channel] = streams = new(() => FrameSealer.ToServer(root, terms));
            }

            send(streams.Seal(message));
        }
    }

    /// <summary>What the server says in a frame; null when it does not open.</summary>
    public async ValueTask<ToWorker?> Open(byte[] frame, string binding, CancellationToken cancellationToken)
    {
        if (Now.Opener.TryOpen(frame, binding, out var opened, out var sealedBy) != FrameOutcome.Opened || opened is not ToWorker said)
        {
            return null;
        }

        if (_roots.IsChanging)
        {
            await Settle(sealedBy!, cancellationToken);
        }

        return said;
    }

    /// <summary>Keeps the root that the server has given, and seals with it from now on.</summary>
    /// <returns>Whether a hello is to be said, the first word under that root.</returns>
    public Task<bool> Take(byte[] root, CancellationToken cancellationToken) => Change(
        async () =>
        {
            // One that can't be kept is given out again after the next hello.
            if (!await _roots.Take(root, cancellationToken))
            {
                return false;
            }

            SealAnew();
            return true;
        },
        cancellationToken);

    /// <summary>Every now and then: a server that has not answered may know the other root alone, and the one before is dropped in the end.</summary>
    /// <returns>Whether a hello is to be said.</returns>
    public Task<bool> Look(CancellationToken cancellationToken) => Change(
        () =>
        {
            if (_roots.IsChanging && _saidHello is { } said && time.GetElapsedTime(said) >= HelloAnsweredWithin)
            {
                _roots.Doubt();
                SealAnew();
                return Task.FromResult(true);
            }

            if (!ReferenceEquals(_roots.WithOld, _roots.Keys) && time.GetElapsedTime(_settledAt) >= OldRootOpens)
            {
                Now.Opener.Know(_roots.Keys);
                _roots.DropOld();
            }

            return Task.FromResult(false);
        },
        cancellationToken);

    public void Dispose()
    {
        _side?.Opener.Dispose();
        ForgetStreams();
        _roots.Dispose();
        _changing.Dispose();
    }

    /// <summary>The server has sealed with one of two roots; when it was the new one, it has dropped the other.</summary>
    private Task<bool> Settle(RelayRoot proved, CancellationToken cancellationToken) => Change(
        async () =>
        {
            if (await _roots.Settle(proved, cancellationToken))
            {
                _settledAt = time.GetTimestamp();
                Now.Opener.Know(_roots.WithOld);
            }

            return false;
        },
        cancellationToken);

    private async Task<bool> Change(Func<Task<bool>> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            return await change();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Whatever is kept is valid, and the next occasion tries again.
            LogNotKept(failed.GetType().Name);
            return false;
        }
        finally
        {
            _changing.Release();
        }
    }

    private void SealAnew()
    {
        Now.Opener.Know(_roots.WithOld);
        ForgetStreams();
    }

    private void ForgetStreams()
    {
        lock (_gate)
        {
            foreach (var streams in _streams.Values)
            {
                streams.Dispose();
            }

            _streams.Clear();
            _saidHello = null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The worker's new key could not be kept ({Reason}); it stays with the one it has.")]
    private partial void LogNotKept(string reason);

    private sealed record Side(WorkerEpoch Epoch, FrameOpener Opener)
    {
        public static Side Open(RelayKeys keys, FrameCounters counters)
        {
            var epoch = WorkerEpoch.Draw();
            return new(epoch, FrameOpener.AtWorker(keys, epoch, counters));
        }
    }
}
