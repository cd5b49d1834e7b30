using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>
/// A worker's way to its server: it dials out, and dials again whenever the connection is lost, for as long as it runs. The worker's epoch
/// outlives its connections, so that what it is at goes on.
/// </summary>
internal sealed partial class LinkConnection : IWorkerConnection, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly LinkOptions _options;
    private readonly RelayKeys _keys;
    private readonly FrameCounters _counters;
    private readonly LinkState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<LinkConnection> _logger;
    private readonly HttpMessageInvoker _way;
    private volatile Side _side;
    private volatile LinkLine? _line;
    private long _generation;

    public LinkConnection(
        LinkOptions options, FrameCounters counters, LinkState state, TimeProvider time, ILogger<LinkConnection> logger)
    {
        _options = options;
        _keys = new(new RelayRoot(options.Root));
        _counters = counters;
        _state = state;
        _time = time;
        _logger = logger;
        _side = Side.Open(_keys, counters);
        _way = new(new SocketsHttpHandler
        {
            UseCookies = false,
            Proxy = options.Proxy is null ? null : new WebProxy(options.Proxy) { Credentials = CredentialsIn(options.Proxy) },
            ConnectTimeout = LinkProtocol.HandshakeWithin,
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

        var old = _side;
        _side = Side.Open(_keys, _counters);
        old.Opener.Dispose();
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
                    }

                    yield return said;
                }

                _line = null;
                if (line is not null)
                {
                    LogLost(_options.Server);
                    _state.Set(connected: false, $"The connection to {_options.Server} was lost.");
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
        _keys.Current.Dispose();
        _way.Dispose();
    }

    private static NetworkCredential? CredentialsIn(Uri proxy) =>
        proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password]
            ? new(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password))
            : null;

    private async Task<LinkLine?> TryDial(CancellationToken cancellationToken)
    {
        try
        {
            return await LinkLine.Dial(_options, _keys, _way, cancellationToken);
        }
        catch (LinkException failed)
        {
            if (_state.Now.Problem != failed.Message)
            {
                LogUnreachable(failed.Message);
            }

            _state.Set(connected: false, failed.Message);
            return null;
        }
    }

    private async Task<ToWorker?> Hear(LinkLine line, CancellationToken cancellationToken)
    {
        try
        {
            return await line.Receive(_side.Opener, cancellationToken);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The connection to {Server} was lost; dialling again.")]
    private partial void LogLost(Uri server);

    [LoggerMessage(LogLevel.Warning, "{Problem} Trying again.")]
    private partial void LogUnreachable(string problem);

    private sealed record Side(WorkerEpoch Epoch, FrameOpener Opener)
    {
        public static Side Open(RelayKeys keys, FrameCounters counters)
        {
            var epoch = WorkerEpoch.Draw();
            return new(epoch, FrameOpener.AtWorker(keys, epoch, counters));
        }
    }
}
