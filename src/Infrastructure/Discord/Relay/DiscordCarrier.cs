using System.Collections.Concurrent;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>
/// Workers that are reached through the owner's guild. Their control channels carry what concerns the worker, leased relay channels
/// what concerns an attempt.
/// </summary>
internal sealed partial class DiscordCarrier(
    IRelayInbox inbox,
    IWorkerRegistry registry,
    PostQueues queues,
    RelayInput input,
    RelayLeases leases,
    TurnedAway turnedAway,
    UseCases useCases,
    DiscordClock clock,
    ILogger<DiscordCarrier> logger) : IRelayCarrier
{
    public const string CarrierName = "discord";

    private readonly ConcurrentDictionary<WorkerId, DiscordPeer> _peers = new();

    public string Name => CarrierName;

    /// <summary>A worker that is gone just posts nothing any more.</summary>
    public bool NoticesLoss => false;

    public IReadOnlyCollection<DiscordPeer> Peers => [.. _peers.Values];

    /// <summary>How many relay channels there are.</summary>
    public int RelayChannels => leases.Count;

    /// <summary>Answers that the workers here can give at a time.</summary>
    public int Slots => registry.List().Where(worker => worker.Carrier == CarrierName && !worker.IsElsewhere).Sum(worker => worker.Slots);

    /// <summary>All channels that frames are posted in.</summary>
    public IReadOnlyCollection<Snowflake> Channels => input.Channels;

    public bool Reaches(WorkerId worker) => _peers.TryGetValue(worker, out var peer) && peer.IsHere;

    public Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (!_peers.TryGetValue(worker, out var peer) || !peer.IsHere)
        {
            throw new CarrierException($"The worker {worker} is not here.");
        }

        if (message is Ping)
        {
            // Its challenge is drawn here, where the answer is checked.
            Ask(peer);
            return Task.CompletedTask;
        }

        var channel = message switch
        {
            Infer order => leases.Take(worker, order.RequestId, order.Attempt, order.SessionId)
                ?? throw new CarrierException("The relay guild has no relay channel yet."),
            IAttemptMessage about => leases.Of(about.RequestId, about.Attempt) ?? peer.Control,
            _ => peer.Control,
        };
        queues.To(channel).Add(peer.Bot, peer.Seal(channel, message), RelayUrgency.Of(message));
        if (message is Ack or Cancel && message is IAttemptMessage over)
        {
            leases.Release(over.RequestId, over.Attempt);
        }

        return Task.CompletedTask;
    }

    /// <summary>A worker that may speak, and where; it is asked to prove itself.</summary>
    public void Admit(DiscordPeer peer)
    {
        if (_peers.TryGetValue(peer.Worker, out var old))
        {
            Dismiss(old);
        }

        _peers[peer.Worker] = peer;
        input.Follow(peer.Control, clock.BeforeNow, Open);
        Ask(peer);
    }

    /// <summary>A worker that may speak no longer.</summary>
    public void Dismiss(DiscordPeer peer)
    {
        if (_peers.TryRemove(new(peer.Worker, peer)))
        {
            input.Forget(peer.Control);
            leases.ReleaseAll(peer.Worker);
            registry.Remove(peer.Worker);
            peer.Dispose();
        }
    }

    public void Offer(IReadOnlyCollection<Snowflake> relayChannels)
    {
        foreach (var gone in leases.Offer(relayChannels))
        {
            input.Forget(gone);
        }

        foreach (var channel in relayChannels)
        {
            input.Follow(channel, clock.BeforeNow, Open);
        }
    }

    /// <summary>A channel that is gone. A worker that has lost its control channel must prove itself in the next one.</summary>
    public void Withdraw(Snowflake channel)
    {
        input.Forget(channel);
        leases.Withdraw(channel);
        foreach (var peer in _peers.Values.Where(peer => peer.Control == channel))
        {
            Dismiss(peer);
        }
    }

    public void Hear(DiscordMessage message) => input.Add(message);

    /// <summary>Some posts may not have been told.</summary>
    public void LookAgain() => input.LookAgain();

    private async ValueTask Open(DiscordMessage message, IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        foreach (var peer in _peers.Values.Where(peer => peer.Bot == message.Author.Id))
        {
            foreach (var frame in frames)
            {
                if (peer.Open(frame, message.ChannelId, message.Author.Id, out var provesNext) is { } said
                    && (provesNext is null || await Finish(peer, provesNext, cancellationToken)))
                {
                    await Take(peer, said, FrameHeader.StreamOf(frame), message.ChannelId, cancellationToken);
                }
            }
        }
    }

    /// <summary>Before the worker is answered: once it is, it knows the old root no more.</summary>
    private async Task<bool> Finish(DiscordPeer peer, byte[] sealedRoot, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new FinishRotation(peer.Worker, sealedRoot), actor: null, cancellationToken);
        if (outcome.Refusal is not null)
        {
            // Its roots have changed behind this peer; the next one has them as they are.
            Dismiss(peer);
            return false;
        }

        peer.Finish(sealedRoot);
        LogRotated(peer.Worker);
        return true;
    }

    private async Task Take(DiscordPeer peer, ToServer said, UInt128 stream, Snowflake channel, CancellationToken cancellationToken)
    {
        if (said is Hello hello)
        {
            var wasHere = peer.IsHere;
            switch (peer.Judge(hello, stream))
            {
                case HelloWorth.Unproven:
                    // It may have come after the challenge was posted.
                    Ask(peer, again: true);
                    return;
                case HelloWorth.Replaced:
                    TurnAway(peer);
                    return;
                case HelloWorth.Believed when !wasHere:
                    LogProven(peer.Worker);
                    break;
            }
        }
        else if (!peer.IsHere)
        {
            // This process does not know it yet: what it says now it says again after the welcome.
            Ask(peer);
            return;
        }

        if (said is Heartbeat && registry.List().All(known => known.Id != peer.Worker))
        {
            // It was given up, and is back.
            peer.Lose();
            leases.ReleaseAll(peer.Worker);
            Ask(peer);
            return;
        }

        if (said is IAttemptMessage about)
        {
            leases.Learn(peer.Worker, about.RequestId, about.Attempt, channel);
        }
        else if (!peer.IsOfTheWorker(stream))
        {
            // How another process is, or that it leaves, says nothing about the worker.
            TurnAway(peer);
            return;
        }

        await inbox.Deliver(peer.Worker, said, cancellationToken);
    }

    /// <summary>Its answers can do no harm: an attempt is one process's, and was taken from the one that was replaced.</summary>
    private void TurnAway(DiscordPeer peer)
    {
        if (turnedAway.Note(peer.Worker))
        {
            LogTurnedAway(peer.Worker);
        }
    }

    private void Ask(DiscordPeer peer, bool again = false)
    {
        if (peer.Challenge(again) is { Length: > 0 } ping)
        {
            queues.To(peer.Control).Add(peer.Bot, ping, DiscordUrgency.Control);
        }
    }

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has proven itself in Discord.")]
    private partial void LogProven(WorkerId worker);

    [LoggerMessage(
        LogLevel.Warning,
        "Another process that has the key of worker {Worker} is not heard: one that came later is this worker. Unless its folder was copied on purpose, send the worker away and enrol it anew.")]
    private partial void LogTurnedAway(WorkerId worker);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has proved itself by its new key.")]
    private partial void LogRotated(WorkerId worker);
}
