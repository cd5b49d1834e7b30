using System.Collections.Concurrent;
using System.Threading.Channels;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Relay.Link;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// A worker's way to its server through the owner's guild. It hears orders in the channel that the server has leased for them and
/// answers there; everything else goes over its control channel.
/// </summary>
internal sealed partial class DiscordConnection : IWorkerConnection, IDiscordListener, IDisposable
{
    private const int Room = 4096;

    /// <summary>Tells no more than that the worker is still at it, and costs a post that text could have had.</summary>
    private static readonly TimeSpan ProgressPause = TimeSpan.FromSeconds(4);

    /// <summary>When the control channel is gone, how soon another one is looked for, whether anybody tells of it or not; then ever later.</summary>
    private static readonly TimeSpan LookForHome = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly DiscordWorkerOptions _options;
    private readonly IDiscordApi _api;
    private readonly PostQueues _queues;
    private readonly RelayInput _input;
    private readonly LinkState _state;
    private readonly DiscordClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<DiscordConnection> _logger;
    private readonly WorkerSeals _seals;
    private readonly ConcurrentDictionary<(RequestId, int), AttemptPlace> _places = new();
    private readonly Channel<ToWorker> _heard = Channel.CreateBounded<ToWorker>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly SemaphoreSlim _finding = new(1);
    private readonly CancellationTokenSource _stop = new();
    private int _homeless;
    private int _disposed;
    private volatile Home? _home;
    private volatile bool _isWelcome;
    private long _generation;

    public DiscordConnection(
        DiscordWorkerOptions options,
        IDiscordApi api,
        PostQueues queues,
        RelayInput input,
        FrameCounters counters,
        LinkState state,
        DiscordClock clock,
        TimeProvider time,
        ILogger<DiscordConnection> logger)
    {
        (_options, _api, _queues, _input, _state, _clock, _time, _logger) = (options, api, queues, input, state, clock, time, logger);
        _seals = new(options, counters, time, logger);
        _queues.Closed += (channel, _) => Leave(channel);
    }

    public byte[] Epoch => _seals.Epoch.ToArray();

    public long Generation => Interlocked.Read(ref _generation);

    public bool TryRenewEpoch() => _seals.TryRenewEpoch();

    public TimeSpan TextDueIn(RequestId request, int attempt) =>
        _places.TryGetValue((request, attempt), out var place) ? _queues.To(place.Channel).TextDueIn : TimeSpan.Zero;

    public async ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        if (message is Heartbeat && await _seals.Look(cancellationToken))
        {
            SayHello();
        }

        // What is not sent now is said again when the server has said welcome.
        if (_home is not { } home || (!_isWelcome && message is not Hello))
        {
            return;
        }

        var channel = home.Control;
        if (message is IAttemptMessage about && _places.TryGetValue((about.RequestId, about.Attempt), out var place))
        {
            if (message is Progress && !place.MayReport(_time, ProgressPause))
            {
                return;
            }

            channel = place.Channel;
        }

        var queue = _queues.To(channel);
        _seals.Seal(channel, home.Self, message, frames => queue.Add(home.Server, frames, RelayUrgency.Of(message)));
    }

    public IAsyncEnumerable<ToWorker> Receive(CancellationToken cancellationToken) => _heard.Reader.ReadAllAsync(cancellationToken);

    public async Task Rotate(byte[] root, CancellationToken cancellationToken)
    {
        if (await _seals.Take(root, cancellationToken))
        {
            SayHello();
        }
    }

    public async ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case MessageCreated { Message: var message } when message.GuildId == _options.RelayGuild:
                Take(message);
                break;
            case EventsMissed:
                await Settle(cancellationToken, anew: true);
                _input.LookAgain();
                break;
            case GatewayResumed:
                _input.LookAgain();
                await Settle(cancellationToken);
                break;
            case GuildAvailable { Guild.Id: var guild } when guild == _options.RelayGuild:
                await Settle(cancellationToken);
                break;
            case ChannelCreated { Channel: var made } when made.GuildId == _options.RelayGuild:
                await See(made, cancellationToken);
                break;
            case ChannelUpdated { Channel: var changed } when changed.GuildId == _options.RelayGuild:
                await See(changed, cancellationToken);
                break;
            case ChannelDeleted { ChannelId: var gone }:
                _input.Forget(gone);
                Leave(gone);
                break;
            case GuildRemoved { GuildId: var lost } when lost == _options.RelayGuild:
                _home = null;
                Lost("The worker's bot is not in the relay guild any more. Invite it again.");
                break;
        }
    }

    public void Dispose()
    {
        // It is known to the container by more than one name.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _stop.Cancel();
        _heard.Writer.TryComplete();
        _seals.Dispose();
        _finding.Dispose();
        _stop.Dispose();
    }

    /// <summary>A channel may be open to us that was not: nobody tells what was posted there meanwhile.</summary>
    private async ValueTask See(DiscordChannel channel, CancellationToken cancellationToken)
    {
        if (_home is not { } home)
        {
            await Settle(cancellationToken);
            return;
        }

        // The server makes relay channels when it needs them: the next order may be in one that had not been made when we came.
        if (RelayTopic.TryRead(channel.Topic, out var topic) && home.Follows(topic))
        {
            _input.Follow(channel.Id, home.Since, Open);
        }

        _input.LookAgain(channel.Id);
    }

    /// <summary>The worker does that when it hears a ping; this one is its own.</summary>
    private void SayHello() => _heard.Writer.TryWrite(new Ping([]));

    /// <summary>Finds the control channel; from there on the worker's hello makes the rest.</summary>
    /// <param name="anew">Channels may have been made that nobody told of.</param>
    private async Task Settle(CancellationToken cancellationToken, bool anew = false)
    {
        await _finding.WaitAsync(cancellationToken);
        try
        {
            if (_home is null || anew)
            {
                await Find(cancellationToken);
                if (_home is null)
                {
                    Lost("The relay guild has no control channel for this worker. Is it enrolled with this bot, and is the server bot running?");
                    return;
                }
            }

            SayHello();
        }
        catch (DiscordException) when (_home is not null)
        {
            // The channels that we know are still ours, and the gateway tells of an order in another one.
            SayHello();
        }
        catch (DiscordException failed)
        {
            Lost(failed.Message);
        }
        finally
        {
            _finding.Release();
        }
    }

    private async Task Find(CancellationToken cancellationToken)
    {
        var self = (await _api.WhoAmI(cancellationToken)).Bot.Id;
        var now = _clock.BeforeNow;
        List<(Snowflake Channel, RelayTopic Topic)> rooms = [];
        // The server takes the eldest, should there be two.
        foreach (var channel in (await _api.Channels(_options.RelayGuild, cancellationToken)).OrderBy(channel => channel.Id.Value))
        {
            if (RelayTopic.TryRead(channel.Topic, out var topic))
            {
                rooms.Add((channel.Id, topic));
            }
        }

        if (rooms.Find(room => room.Topic.Worker == _options.Worker) is not { Topic: { } mine } control)
        {
            return;
        }

        if (_home is not { } home || home.Control != control.Channel)
        {
            home = new(control.Channel, mine.Server, self, now);
            _isWelcome = false;
        }

        // The relay channels too, so that an order which the gateway does not tell is found among what was missed.
        foreach (var (channel, topic) in rooms)
        {
            if (topic == mine || home.Follows(topic))
            {
                _input.Follow(channel, home.Since, Open);
            }
        }

        _home = home;
    }

    private void Take(DiscordMessage message)
    {
        if (_input.Add(message) || _home is not { } home || message.Author.Id != home.Server || !message.Mentions.Contains(home.Self))
        {
            return;
        }

        // An order in a channel where none was before. What is older than it was for others.
        _input.Follow(message.ChannelId, new(message.Id.Value - 1), Open);
        _input.Add(message);
    }

    private async ValueTask Open(DiscordMessage message, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        if (_home is { } home && message.Author.Id == home.Self)
        {
            return;
        }

        var binding = CarrierTerms.Discord(message.ChannelId.Value, message.Author.Id.Value).Binding;
        foreach (var frame in frames)
        {
            if (await _seals.Open(frame, binding, cancellationToken) is not { } said)
            {
                continue;
            }

            switch (said)
            {
                case Infer order:
                    _places[(order.RequestId, order.Attempt)] = new(message.ChannelId);
                    break;
                case Ack or Cancel when said is IAttemptMessage over:
                    _places.TryRemove((over.RequestId, over.Attempt), out _);
                    break;
                case Ping:
                    // The server was restarted, or has not heard from us: it must be told everything again.
                    Interlocked.Increment(ref _generation);
                    break;
                case Welcome:
                    _isWelcome = true;
                    _state.Set(connected: true, problem: null);
                    break;
            }

            await _heard.Writer.WriteAsync(said, cancellationToken);
        }
    }

    /// <summary>Whatever was answered there is answered over the control channel from now on.</summary>
    private void Leave(Snowflake channel)
    {
        foreach (var (name, place) in _places)
        {
            if (place.Channel == channel)
            {
                _places.TryRemove(new(name, place));
            }
        }

        if (_home is { } home && home.Control == channel)
        {
            _home = null;
            _isWelcome = false;
            Lost("The worker's control channel is gone; the server bot makes another one.");
            _ = GoHome();
        }
        else
        {
            // What waited for that channel was lost with it. The server asks for what it lacks.
            Interlocked.Increment(ref _generation);
            _heard.Writer.TryWrite(new Welcome());
        }
    }

    /// <summary>The new channel may have been made before the loss of the old one was noticed, or while nobody told us of anything.</summary>
    private async Task GoHome()
    {
        if (Interlocked.Exchange(ref _homeless, 1) == 1)
        {
            return;
        }

        try
        {
            for (var pause = LookForHome; _home is null; pause = pause < LongestLook ? pause * 2 : pause)
            {
                await Task.Delay(pause, _time, _stop.Token);
                if (_home is null)
                {
                    await Settle(_stop.Token);
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The worker stops.
            return;
        }
        finally
        {
            Interlocked.Exchange(ref _homeless, 0);
        }

        if (_home is null)
        {
            _ = GoHome();
        }
    }

    private void Lost(string problem)
    {
        if (_state.Now.Problem != problem)
        {
            LogProblem(problem);
        }

        _state.Set(connected: false, problem);
    }

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(string problem);

    /// <param name="Control">The worker's control channel.</param>
    /// <param name="Server">The server's bot.</param>
    /// <param name="Self">The worker's own.</param>
    /// <param name="Since">What was posted before it was found was for others.</param>
    private sealed record Home(Snowflake Control, Snowflake Server, Snowflake Self, Snowflake Since)
    {
        public bool Follows(RelayTopic topic) => topic is { Worker: null } && topic.Server == Server;
    }
}
