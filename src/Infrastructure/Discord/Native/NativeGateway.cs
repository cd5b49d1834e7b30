using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MeatLizard.Infrastructure.Discord.Native.Gateway;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>Keeps one connection to Discord's gateway, for as long as somebody reads what it says.</summary>
internal sealed partial class NativeGateway : IDiscordGateway, IDisposable
{
    private const int Held = 256;
    private const int TriesToResume = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly DiscordOptions _options;
    private readonly DiscordWay _way;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<NativeGateway> _logger;
    private readonly GatewayJournal _journal;
    private readonly GatewayDirectory _directory;
    private readonly IdentifyBudget _budget;
    private volatile DiscordGatewayStatus _status;
    private volatile GatewayConnection? _connection;
    private volatile int _leftByDiscord = int.MaxValue;
    private int _isRead;

    public NativeGateway(
        DiscordOptions options, DiscordWay way, RestClient rest, TimeProvider time, Random random, ILogger<NativeGateway> logger)
    {
        _options = options;
        _way = way;
        _time = time;
        _random = random;
        _logger = logger;
        _journal = new(options.StateFile, options.Token, time, logger);
        _directory = new(options, rest);
        _budget = new(options.IdentifiesPerHour);
        _status = new(DiscordGatewayState.Idle, time.GetUtcNow(), null, 0, null, null);
    }

    public DiscordGatewayStatus Status => _status with
    {
        IdentifiesLeft = Math.Min(_leftByDiscord, _budget.Left(_journal.Identified, _time.GetUtcNow())),
        RoundTrip = _connection?.RoundTrip,
    };

    public async IAsyncEnumerable<DiscordEvent> Events([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isRead, 1) == 1)
        {
            throw new InvalidOperationException("Somebody reads the gateway already.");
        }

        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var deliveries = Channel.CreateBounded<GatewayDelivery>(new BoundedChannelOptions(Held) { SingleReader = true, SingleWriter = true });
        var run = Run(deliveries.Writer, left.Token);
        try
        {
            await foreach (var (happened, session, sequence) in deliveries.Reader.ReadAllAsync(cancellationToken))
            {
                if (happened is not null)
                {
                    yield return happened;
                }

                _journal.Confirm(session, sequence);
            }
        }
        finally
        {
            await left.CancelAsync();
            await run;
            _journal.Rewind();
            if (_status.State != DiscordGatewayState.Stopped)
            {
                Show(DiscordGatewayState.Idle, _status.Problem);
            }

            Interlocked.Exchange(ref _isRead, 0);
        }
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>Ends by completing the channel; never with an exception of its own.</summary>
    private async Task Run(ChannelWriter<GatewayDelivery> reader, CancellationToken cancellationToken)
    {
        try
        {
            await StayConnected(reader, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reader.Complete();
        }
        catch (Exception ended)
        {
            if (ended is DiscordGatewayException)
            {
                LogStopped(ended.Message);
            }

            Show(DiscordGatewayState.Stopped, ended.Message);
            reader.Complete(ended);
        }
    }

    private async Task StayConnected(ChannelWriter<GatewayDelivery> reader, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var url = _journal.Session is { } session && failures < TriesToResume
                ? _options.Gateway ?? session.ResumeUrl
                : await Admission(cancellationToken);
            Show(DiscordGatewayState.Connecting, _status.Problem);
            var end = await Connect(url, reader, cancellationToken);
            if (end.Next == GatewayNext.Stop)
            {
                throw new DiscordGatewayException(end.CloseCode, end.Problem);
            }

            if (end.Next == GatewayNext.Identify)
            {
                _journal.Forget();
            }

            failures = end.WasEstablished ? 0 : failures + 1;
            LogLost(end.Problem);
            await Pause(PauseAfter(end, failures), end.Problem, cancellationToken);
        }
    }

    private async Task<GatewayEnd> Connect(Uri url, ChannelWriter<GatewayDelivery> reader, CancellationToken cancellationToken)
    {
        using var connection = new GatewayConnection(_options, _journal, reader, _time, _random, _logger)
        {
            Established = () => Show(DiscordGatewayState.Connected, null),
        };
        _connection = connection;
        try
        {
            return await connection.Run(url, _way.Invoker, cancellationToken);
        }
        finally
        {
            _connection = null;
        }
    }

    /// <summary>The gateway's address, once a new session may be begun, or at once when there is one to resume.</summary>
    private async Task<Uri> Admission(CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var resumes = _journal.Session is not null;
            var wait = resumes ? TimeSpan.Zero : _budget.Wait(_journal.Identified, _time.GetUtcNow());
            if (wait > TimeSpan.Zero)
            {
                await Pause(wait, IsSpent(wait) ? Spent(wait, $"{_options.IdentifiesPerHour} an hour") : _status.Problem, cancellationToken);
                continue;
            }

            try
            {
                var found = await _directory.Ask(cancellationToken);
                if (found.SessionStartLimit is not { } limit)
                {
                    return found.Url;
                }

                _leftByDiscord = limit.Remaining;
                if (resumes || limit.Remaining > 0)
                {
                    return found.Url;
                }

                wait = TimeSpan.FromMilliseconds(Math.Max(1_000, limit.ResetAfter));
                await Pause(wait, Spent(wait, $"{limit.Total} a day"), cancellationToken);
            }
            catch (DiscordException refused) when (refused.Problem == DiscordProblem.Unauthorized)
            {
                throw new DiscordGatewayException(GatewayCloses.BadToken, refused.Message);
            }
            catch (DiscordException failed)
            {
                failures++;
                await Pause(Pauses.After(failures, FirstPause, LongestPause, _random), failed.Message, cancellationToken);
            }
        }
    }

    /// <summary>No other pause is as long.</summary>
    private static bool IsSpent(TimeSpan wait) => wait > TimeSpan.FromSeconds(5);

    private string Spent(TimeSpan wait, string budget) =>
        $"The budget of new sessions is spent ({budget}); the next is begun at {_time.GetUtcNow() + wait:yyyy-MM-dd HH:mm} UTC. "
        + "Look why the session has to be begun anew so often; nothing is lost by waiting.";

    private TimeSpan PauseAfter(GatewayEnd end, int failures) => end switch
    {
        // Discord wants a random wait of one to five seconds here.
        { Next: GatewayNext.Identify } => TimeSpan.FromSeconds(1 + (4 * _random.NextDouble())),
        { Next: GatewayNext.ResumeAtOnce, WasEstablished: true } => TimeSpan.Zero,
        { WasEstablished: true } => FirstPause * _random.NextDouble(),
        _ => Pauses.After(failures, FirstPause, LongestPause, _random),
    };

    private async Task Pause(TimeSpan pause, string? problem, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            if (IsSpent(pause) && problem is not null)
            {
                LogWaits(problem);
            }

            _status = new(DiscordGatewayState.Waiting, _time.GetUtcNow(), problem, 0, _time.GetUtcNow() + pause, null);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private void Show(DiscordGatewayState state, string? problem) => _status = new(state, _time.GetUtcNow(), problem, 0, null, null);

    [LoggerMessage(LogLevel.Information, "{Problem} Connecting again.")]
    private partial void LogLost(string problem);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogWaits(string problem);

    [LoggerMessage(LogLevel.Critical, "The gateway is given up: {Problem}")]
    private partial void LogStopped(string problem);
}
