using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// Keeps the relay guild in order: a control channel for each worker that has a bot, a pool of relay channels, each open to the bots
/// concerned and to nobody else. What somebody has deleted is made again, what was changed is put right.
/// </summary>
internal sealed partial class RelayRooms(
    DiscordRelayOptions options,
    DiscordCarrier carrier,
    RelayRoomMaker maker,
    PostQueues queues,
    UseCases useCases,
    IServiceScopeFactory scopes,
    FrameCounters counters,
    TimeProvider time,
    ILogger<RelayRooms> logger) : BackgroundService, IDiscordListener
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>How long frames that a worker or this host has sealed with the root before may be on their way.</summary>
    private static readonly TimeSpan OldRootOpens = TimeSpan.FromMinutes(1);

    /// <summary>What cannot be mended now is looked at again after so long.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _arrived = new(0);
    private volatile bool _online;
    private volatile bool _changed = true;
    private DateTimeOffset _looked;

    /// <summary>What is wrong with the guild, in sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    public ValueTask Hear(DiscordEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case MessageCreated { Message: var message }:
                carrier.Hear(message);
                break;
            case EventsMissed:
                _changed = true;
                Arrive();
                carrier.LookAgain();
                break;
            case GatewayResumed:
                Arrive();
                break;
            case GuildAvailable { Guild.Id: var guild } when guild == options.Guild:
            case GuildRightsChanged { GuildId: var rights } when rights == options.Guild:
            case ChannelUpdated { Channel.GuildId: var where } when where == options.Guild:
                _changed = true;
                Arrive();
                break;
            case ChannelDeleted { ChannelId: var gone, GuildId: var there } when there == options.Guild:
                carrier.Withdraw(gone);
                _changed = true;
                break;
        }

        return ValueTask.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        queues.Closed += GiveUp;
        try
        {
            while (true)
            {
                await Wait(stoppingToken);
                try
                {
                    if (_online)
                    {
                        await Look(stoppingToken);
                    }
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    Report([broken is DiscordException ? broken.Message : "The relay guild could not be looked after; the log says why."]);
                    LogBroken(broken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            queues.Closed -= GiveUp;
        }
    }

    /// <summary>For the next round; the first one is when the guild can be seen, since until then no worker is here.</summary>
    private async Task Wait(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Round, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _arrived.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    private void Arrive()
    {
        if (!_online)
        {
            _online = true;
            _arrived.Release();
        }
    }

    /// <summary>Gone or closed to us, and nobody has told: it must not be leased again before it was looked at.</summary>
    private void GiveUp(Snowflake channel, DiscordException problem)
    {
        carrier.Withdraw(channel);
        _changed = true;
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        var wanted = await Wanted(cancellationToken);
        foreach (var peer in carrier.Peers)
        {
            peer.DropOld(OldRootOpens);
        }

        foreach (var peer in carrier.Peers.Where(peer => !wanted.Any(bot => bot.Worker == peer.Worker && bot.BotId == peer.Bot.Value)))
        {
            // At once, whatever Discord is doing: a worker that was sent away gets nothing new.
            carrier.Dismiss(peer);
            _changed = true;
        }

        var channels = RelayChannelsFor(wanted.Count);
        var complete = wanted.All(bot => carrier.Peers.Any(peer => peer.Worker == bot.Worker));
        var now = time.GetUtcNow();
        if (!_changed && (complete || now < _looked + Again) && carrier.RelayChannels >= channels)
        {
            return;
        }

        (_changed, _looked) = (false, now);
        RelayRoomSet rooms;
        try
        {
            rooms = await maker.Make(wanted, channels, cancellationToken);
        }
        catch
        {
            // What has changed is still to be looked at.
            _changed = true;
            throw;
        }

        carrier.Offer(rooms.Relay);
        foreach (var bot in wanted)
        {
            if (rooms.Control.TryGetValue(bot.Worker, out var control))
            {
                await Admit(bot, control, rooms.Self, cancellationToken);
            }
        }

        Report(rooms.Problems);
    }

    private async Task Admit(WorkerBot bot, Snowflake control, Snowflake self, CancellationToken cancellationToken)
    {
        if (carrier.Peers.Any(peer => peer.Worker == bot.Worker && peer.Control == control))
        {
            return;
        }

        var outcome = await useCases.Send(new AdmitWorker(bot.Worker), actor: null, cancellationToken);
        if (!outcome.IsRefused(out _, out var enrolled))
        {
            carrier.Admit(new DiscordPeer(enrolled, new(bot.BotId), control, self, counters, time));
        }
    }

    private async Task<IReadOnlyList<WorkerBot>> Wanted(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var bots = await scope.ServiceProvider.GetRequiredService<IWorkerBots>().List(cancellationToken);
        if (bots.Count == 0)
        {
            return bots;
        }

        var enrolments = await scope.ServiceProvider.GetRequiredService<IWorkerEnrolmentStore>().List(cancellationToken);
        var enrolled = enrolments.Where(one => one.Status == EnrolmentStatus.Enrolled).ToDictionary(one => one.Id);
        foreach (var peer in carrier.Peers.Where(peer => enrolled.TryGetValue(peer.Worker, out var one) && !peer.IsOf(one)))
        {
            // Sent away and enrolled anew between two looks, or configured with another key: let in again by that.
            carrier.Dismiss(peer);
            _changed = true;
        }

        await Rotate(enrolled, scope.ServiceProvider.GetRequiredService<IRootVault>(), cancellationToken);
        return [.. bots.Where(bot => enrolled.ContainsKey(bot.Worker))];
    }

    /// <summary>Tells workers that are given another root.</summary>
    private async Task Rotate(Dictionary<WorkerId, WorkerEnrolmentState> enrolled, IRootVault vault, CancellationToken cancellationToken)
    {
        foreach (var peer in carrier.Peers)
        {
            if (enrolled.GetValueOrDefault(peer.Worker)?.NextSealedRoot is { } next && peer.Offer(next, vault, out var root))
            {
                try
                {
                    await carrier.Send(peer.Worker, new Rotate(root), cancellationToken);
                }
                catch (CarrierException)
                {
                    // It has gone meanwhile, and is told when it is back.
                }
            }
        }
    }

    /// <summary>As many as there are answers at a time; a home with one Mac needs no forty channels.</summary>
    private int RelayChannelsFor(int workers) => workers == 0 ? 0 : Math.Min(options.Channels, Math.Max(4, carrier.Slots));

    private void Report(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems.Except(Problems))
        {
            LogProblem(problem);
        }

        Problems = problems;
    }

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Error, "The relay guild could not be looked after; it is tried again in a moment.")]
    private partial void LogBroken(Exception broken);
}
