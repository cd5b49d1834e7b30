using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Security;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// A worker's way to its server: it dials out, and dials again whenever the connection is lost, for as long as it runs. The worker's epoch
/// outlives its connections, so that what it is at goes on.
/// </summary>
internal sealed partial class LinkConnection : IWorkerConnection, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>With half of it on top still less than a server waits for any worker to come before it gives a message up.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2.5);

    private readonly LinkOptions _options;
    private readonly WorkerRoots _roots;
    private readonly FrameCounters _counters;
    private readonly LinkState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<LinkConnection> _logger;
    private readonly HttpMessageInvoker _way;
    private volatile Side _side;
    private volatile LinkLine? _line;
    private readonly Lock _sideGate = new();
    private long _generation;

    /// <summary>Whether the connection was given up on purpose.</summary>
    private bool _redials;

    public LinkConnection(
        LinkOptions options, FrameCounters counters, LinkState state, TimeProvider time, ILogger<LinkConnection> logger)
    {
        _options = options;
        _roots = new(options.Worker, options.Root, options.NextRoot, options.Roots);
        _counters = counters;
        _state = state;
        _time = time;
        _logger = logger;
        _side = Side.Open(_roots.Keys, WorkerEpoch.Draw(), counters);
        _way = new(new SocketsHttpHandler
        {
            UseCookies = false,
            Proxy = OutboundProxy.Through(options.Proxy),
            ConnectTimeout = LinkProtocol.DialWithin,
        });
    }

    public byte[] Epoch => _side.Epoch.ToArray();

    public long Generation => Interlocked.Read(ref _generation);

    public TimeSpan TextDueIn(RequestId request, int attempt) => TimeSpan.Zero;

    public bool TryRenewEpoch()
    {
        if (!_side.Opener.WantsNewEpoch)
        {
            return false;
        }

        lock (_sideGate)
        {
            var old = _side;
            _side = Side.Open(old.Keys, WorkerEpoch.Draw(), _counters);
            old.Opener.Dispose();
        }

        return true;
    }

    public async ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        try
        {
            await (_line?.Send(message, cancellationToken) ?? ValueTask.CompletedTask);
        }
        catch (Exception gone) when (gone is ChannelClosedException or ObjectDisposedException)
        {
            // Said again when there is a way.
        }
    }

    public async IAsyncEnumerable<ToWorker> Receive([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            await using (var line = await TryDial(cancellationToken))
            {
                Interlocked.Increment(ref _generation);
                _line = line;
                while (line is not null && await Hear(line, cancellationToken) is { } said)
                {
                    if (said is Welcome)
                    {
                        pause = FirstPause;
                        _state.Set(connected: true, problem: null);
                        await Settle(line, cancellationToken);
                    }

                    yield return said;
                }

                _line = null;
                if (line is { IsWelcome: false })
                {
                    _roots.Doubt();
                }

                if (line is not null && !Interlocked.Exchange(ref _redials, false))
                {
                    Report(line.Refusal is { } refusal
                        ? $"{_options.Server} has ended the connection: {refusal}"
                        : $"The connection to {_options.Server} was lost.");
                }
            }

            // Not all workers at once when a server comes back.
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    public void Dispose()
    {
        _side.Opener.Dispose();
        _roots.Dispose();
        _way.Dispose();
    }

    public async Task Rotate(byte[] root, CancellationToken cancellationToken)
    {
        try
        {
            if (await _roots.Take(root, cancellationToken))
            {
                // What is under way goes on over the next connection.
                _redials = true;
                _line?.Cut();
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The one it has is valid; the server gives it out again at the next connection.
            LogNotKept(failed.GetType().Name);
        }
    }

    private async Task<LinkLine?> TryDial(CancellationToken cancellationToken)
    {
        try
        {
            // With other roots what was seen is forgotten: another connection has another binding, and what was sealed for the one before
            // opens on it no more.
            lock (_sideGate)
            {
                if (_side is var old && !ReferenceEquals(old.Keys, _roots.Keys))
                {
                    _side = Side.Open(_roots.Keys, old.Epoch, _counters);
                    old.Opener.Dispose();
                    _roots.DropOld();
                }
            }

            return await LinkLine.Dial(_options, _side.Keys, _way, cancellationToken);
        }
        catch (LinkException failed)
        {
            Report(failed.Message);
            return null;
        }
    }

    private void Report(string problem)
    {
        if (_state.Now.Problem != problem)
        {
            LogTrouble(problem);
        }

        _state.Set(connected: false, problem);
    }

    private async Task Settle(LinkLine line, CancellationToken cancellationToken)
    {
        try
        {
            await _roots.Settle(line.SealedBy, cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Both are still kept, and the next welcome tries again.
            LogNotKept(failed.GetType().Name);
        }
    }

    private async Task<ToWorker?> Hear(LinkLine line, CancellationToken cancellationToken)
    {
        try
        {
            return await line.Receive(_side.Opener, cancellationToken);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or ObjectDisposedException
            || (gone is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A connection that was given up for its silence ends as if somebody had cancelled the reading.
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The worker's new key could not be kept ({Reason}); it stays with the one it has.")]
    private partial void LogNotKept(string reason);

    [LoggerMessage(LogLevel.Warning, "{Problem} Dialling again.")]
    private partial void LogTrouble(string problem);

    private sealed record Side(RelayKeys Keys, WorkerEpoch Epoch, FrameOpener Opener)
    {
        public static Side Open(RelayKeys keys, WorkerEpoch epoch, FrameCounters counters) =>
            new(keys, epoch, FrameOpener.AtWorker(keys, epoch, counters));
    }
}
