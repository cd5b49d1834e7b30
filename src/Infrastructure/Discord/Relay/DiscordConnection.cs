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

    private readonly DiscordWorkerOptions _options;
    private readonly IDiscordApi _api;
    private readonly PostQueues _queues;
    private readonly RelayInput _input;
    private readonly FrameCounters _counters;
    private readonly LinkState _state;
    private readonly TimeProvider _time;
    private readonly ILogger<DiscordConnection> _logger;
    private readonly RelayKeys _keys;
    private readonly ConcurrentDictionary<Snowflake, OutgoingStreams> _streams = new();
    private readonly ConcurrentDictionary<(RequestId, int), AttemptPlace> _places = new();
    private readonly Channel<ToWorker> _heard = Channel.CreateBounded<ToWorker>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly SemaphoreSlim _finding = new(1);
    private volatile WorkerSide _side;
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
        TimeProvider time,
        ILogger<DiscordConnection> logger)
    {
        (_options, _api, _queues, _input, _counters, _state, _time, _logger) = (options, api, queues, input, counters, state, time, logger);
        _keys = new(new RelayRoot(options.Root));
        _side = WorkerSide.Open(_keys, counters);
        _queues.Closed += (channel, _) => Leave(channel);
    }

    public byte[] Epoch => _side.Epoch.ToArray();

    public long Generation => Interlocked.Read(ref _generation);

    public bool TryRenewEpoch()
    {
        if (!_side.Opener.WantsNewEpoch)
        {
            return false;
        }

        var old = _side;
        _side = WorkerSide.Open(_keys, _counters);
        old.Opener.Dispose();
        return true;
    }

    public TimeSpan TextDueIn(RequestId request, int attempt) =>
        _places.TryGetValue((request, attempt), out var place) ? _queues.To(place.Channel).TextDueIn : TimeSpan.Zero;

    public ValueTask Send(ToServer message, CancellationToken cancellationToken)
    {
        // What is not sent now is said again when the server has said welcome.
        if (_home is not { } home || (!_isWelcome && message is not Hello))
        {
            return ValueTask.CompletedTask;
        }

        var channel = home.Control;
        if (message is IAttemptMessage about && _places.TryGetValue((about.RequestId, about.Attempt), out var place))
        {
            if (message is Progress && !place.MayReport(_time, ProgressPause))
            {
                return ValueTask.CompletedTask;
            }

            channel = place.Channel;
        }

        var streams = _streams.GetOrAdd(channel, id =>
        {
            var terms = CarrierTerms.Discord(id.Value, home.Self.Value);
            return new(() => FrameSealer.ToServer(_keys.Current, terms));
        });
        _queues.To(channel).Add(home.Server, streams.Seal(message), RelayUrgency.Of(message));
        return ValueTask.CompletedTask;
    }

    public IAsyncEnumerable<ToWorker> Receive(CancellationToken cancellationToken) => _heard.Reader.ReadAllAsync(cancellationToken);

    public async ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case MessageCreated { Message: var message } when message.GuildId == _options.RelayGuild:
                Take(message);
                break;
            case EventsMissed or GatewayResumed:
                _input.LookAgain();
                await Settle(cancellationToken);
                break;
            case GuildAvailable { Guild.Id: var guild } when guild == _options.RelayGuild:
            case ChannelCreated { Channel.GuildId: var where } when where == _options.RelayGuild && _home is null:
            case ChannelUpdated { Channel.GuildId: var there } when there == _options.RelayGuild && _home is null:
                await Settle(cancellationToken);
                break;
            case ChannelDeleted { ChannelId: var gone }:
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
        _heard.Writer.TryComplete();
        _side.Opener.Dispose();
        foreach (var streams in _streams.Values)
        {
            streams.Dispose();
        }

        _keys.Current.Dispose();
        _finding.Dispose();
    }

    /// <summary>Finds the control channel; from there on the worker's hello makes the rest.</summary>
    private async Task Settle(CancellationToken cancellationToken)
    {
        await _finding.WaitAsync(cancellationToken);
        try
        {
            if (_home is null)
            {
                await Find(cancellationToken);
                if (_home is null)
                {
                    Lost("The relay guild has no control channel for this worker. Is it enrolled with this bot, and is the server bot running?");
                    return;
                }
            }

            // The worker says hello when it hears a ping; this one is its own.
            _heard.Writer.TryWrite(new Ping([]));
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
        var now = Snowflake.FirstAt(_time.GetUtcNow());
        List<(Snowflake Channel, RelayTopic Topic)> rooms = [];
        foreach (var channel in await _api.Channels(_options.RelayGuild, cancellationToken))
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

        // The relay channels too, so that an order which the gateway does not tell is found among what was missed.
        foreach (var (channel, topic) in rooms)
        {
            if (topic == mine || topic is { Worker: null } && topic.Server == mine.Server)
            {
                _input.Follow(channel, now, Open);
            }
        }

        _home = new(control.Channel, mine.Server, self);
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
            if (_side.Opener.TryOpen(frame, binding, out var opened) != FrameOutcome.Opened || opened is not ToWorker said)
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
        _input.Forget(channel);
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
        }
        else
        {
            // What waited for that channel was lost with it. The server asks for what it lacks.
            Interlocked.Increment(ref _generation);
            _heard.Writer.TryWrite(new Welcome());
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
    private sealed record Home(Snowflake Control, Snowflake Server, Snowflake Self);

    private sealed record WorkerSide(WorkerEpoch Epoch, FrameOpener Opener)
    {
        public static WorkerSide Open(RelayKeys keys, FrameCounters counters)
        {
            var epoch = WorkerEpoch.Draw();
            return new(epoch, FrameOpener.AtWorker(keys, epoch, counters));
        }
    }
}
