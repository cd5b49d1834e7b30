using System.Collections.Concurrent;
using System.Net.WebSockets;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>Workers that have dialled in to this host: one connection each, the last one counts.</summary>
internal sealed partial class LinkCarrier(
    IRelayInbox inbox,
    IWorkerRegistry registry,
    UseCases useCases,
    FrameCounters counters,
    TurnedAway turnedAway,
    UnansweredOrders unanswered,
    TimeProvider time,
    ILogger<LinkCarrier> logger) : IRelayCarrier, ILinkDoor
{
    public const string CarrierName = "link";

    /// <summary>How long a worker may be away before somebody else is asked what it was asked.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Workers whose connection has ended, until they are back or given up.</summary>
    private readonly ConcurrentDictionary<WorkerId, Absence> _away = new();

    private readonly ConcurrentDictionary<WorkerId, LinkSession> _sessions = new();

    private readonly Lock _arrivals = new();

    private readonly Dictionary<WorkerId, Succession> _successions = [];

    public string Name => CarrierName;

    public IReadOnlyCollection<LinkSession> Sessions => [.. _sessions.Values];

    public bool Reaches(WorkerId worker) => _sessions.ContainsKey(worker);

    /// <summary>For good: nobody waits for its return.</summary>
    public async Task SendAway(LinkSession session, string reason)
    {
        await session.Close(WebSocketCloseStatus.PolicyViolation, reason);
        registry.Remove(session.Worker);
        unanswered.ForgetAll(session.Worker);
    }

    /// <summary>Gives up the workers that have been away for too long. One that could not be given up is the next round's.</summary>
    public async Task GiveUpTheLost(CancellationToken cancellationToken)
    {
        foreach (var (worker, absence) in _away)
        {
            if (_sessions.ContainsKey(worker) || registry.List().Any(known => known.Id == worker && known.IsElsewhere))
            {
                // It is back, here or at another host.
                _away.TryRemove(new(worker, absence));
            }
            else if (time.GetUtcNow() - absence.Since >= Grace)
            {
                registry.Remove(worker);
                unanswered.ForgetAll(worker);
                await useCases.Send(new LoseWorker(worker, absence.Epoch), actor: null, cancellationToken);
                _away.TryRemove(new(worker, absence));
            }
        }
    }

    public Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        unanswered.Note(worker, message);
        try
        {
            Put(worker, message);
        }
        catch (CarrierException) when (message is Infer order)
        {
            // Whoever wanted to send it knows, and does something else.
            unanswered.Forget(worker, order);
            throw;
        }

        if (message is Welcome)
        {
            SendAgain(worker);
        }

        return Task.CompletedTask;
    }

    public async Task Serve(EnrolledWorker worker, WebSocket socket, LinkPulse pulse, IDisposable place, CancellationToken cancellationToken)
    {
        await using var session = new LinkSession(worker, socket, pulse, counters, time);
        try
        {
            if (await session.Handshake(cancellationToken) is not { } hello)
            {
                LogUnproven(worker.Id);
                await session.Close(WebSocketCloseStatus.PolicyViolation, "The worker did not prove its key.");
                return;
            }

            place.Dispose();
            if (!await Confirm(session, cancellationToken))
            {
                await session.Close(WebSocketCloseStatus.PolicyViolation, "The worker's key has changed meanwhile.");
                return;
            }

            if (!Takes(session))
            {
                if (turnedAway.Note(worker.Id))
                {
                    LogTurnedAway(worker.Id);
                }

                await session.Close(WebSocketCloseStatus.PolicyViolation, LinkProtocol.IsAnotherProcess);
                return;
            }

            await Hear(session, hello, cancellationToken);
            await session.Close(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await session.Close(WebSocketCloseStatus.EndpointUnavailable, "The server stops.");
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut off somewhere: the worker dials again.
        }
    }

    private void Put(WorkerId worker, ToWorker message)
    {
        if (!_sessions.TryGetValue(worker, out var session))
        {
            throw new CarrierException($"The worker {worker} is not connected.");
        }

        session.Send(message);
    }

    /// <summary>What the connection before may have taken along.</summary>
    private void SendAgain(WorkerId worker)
    {
        foreach (var order in unanswered.Of(worker))
        {
            try
            {
                Put(worker, order);
                LogSentAgain(order.RequestId, order.Attempt, worker);
            }
            catch (CarrierException)
            {
                // Next time; or the watchdog finds it.
                return;
            }
        }
    }

    /// <summary>
    /// Before the worker is answered: once it is, it knows the old root no more. And whoever has stood at the door since before a change is not
    /// let in by what was true then.
    /// </summary>
    private async Task<bool> Confirm(LinkSession session, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new FinishRotation(session.Worker, session.Proved), actor: null, cancellationToken);
        if (outcome.Refusal is not null)
        {
            return false;
        }

        if (session.ProvedNext)
        {
            LogRotated(session.Worker);
        }

        return true;
    }

    /// <summary>
    /// Makes this connection the worker's, unless the process behind it has been replaced by another one that is there. A worker that dials
    /// again may be faster than the notice that its old connection is dead.
    /// </summary>
    private bool Takes(LinkSession session)
    {
        lock (_arrivals)
        {
            var old = _sessions.GetValueOrDefault(session.Worker);
            var current = old?.Epoch ?? _away.GetValueOrDefault(session.Worker)?.Epoch;
            if (!_successions.TryGetValue(session.Worker, out var succession))
            {
                _successions[session.Worker] = succession = new();
            }

            if (!succession.Takes(session.Epoch, current))
            {
                return false;
            }

            if (session.Epoch != current)
            {
                unanswered.ForgetAll(session.Worker);
            }

            _sessions[session.Worker] = session;
            old?.Abort();
            return true;
        }
    }

    private bool IsCurrent(LinkSession session) => ReferenceEquals(_sessions.GetValueOrDefault(session.Worker), session);

    private async Task Hear(LinkSession session, Hello hello, CancellationToken cancellationToken)
    {
        LogConnected(session.Worker);
        try
        {
            // What the one before has said last must not be taken for this one's word.
            for (ToServer? said = hello; said is not null && IsCurrent(session); said = await session.Receive(cancellationToken))
            {
                if (said is IAttemptMessage about)
                {
                    unanswered.Forget(session.Worker, about);
                }

                await inbox.Deliver(session.Worker, said, cancellationToken);
            }
        }
        finally
        {
            lock (_arrivals)
            {
                if (_sessions.TryRemove(new(session.Worker, session)))
                {
                    // Still known for a while: whoever waits for it waits on, and the slots that it has given away stay so.
                    LogDisconnected(session.Worker);
                    _away[session.Worker] = new(session.Epoch, time.GetUtcNow());
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has connected.")]
    private partial void LogConnected(WorkerId worker);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} has proved itself by its new key.")]
    private partial void LogRotated(WorkerId worker);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} is told again of attempt {Attempt} at request {Request}: it had said nothing about it before its connection changed.")]
    private partial void LogSentAgain(RequestId request, int attempt, WorkerId worker);

    [LoggerMessage(LogLevel.Information, "The connection to worker {Worker} has ended.")]
    private partial void LogDisconnected(WorkerId worker);

    [LoggerMessage(LogLevel.Warning, "Somebody who called themselves worker {Worker} did not prove its key.")]
    private partial void LogUnproven(WorkerId worker);

    [LoggerMessage(
        LogLevel.Warning,
        "Another process that has the key of worker {Worker} was turned away: one that came later is this worker. Unless its folder was copied on purpose, send the worker away and enrol it anew.")]
    private partial void LogTurnedAway(WorkerId worker);

    private sealed record Absence(string Epoch, DateTimeOffset Since);
}
