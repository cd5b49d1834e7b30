using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Gives a request to a worker: the slot is taken in the registry, the attempt is committed, and only then the message is sent. A
/// host that dies in between leaves an attempt that nobody acknowledges; the watchdog finds it.
/// </summary>
internal sealed class Dispatching(
    IWorkerRegistry workers,
    IEnumerable<IRelayCarrier> carriers,
    IReplyLog log,
    IOutbox outbox,
    IIdSource ids,
    OutboxBell bell,
    DispatchGate gate,
    WaitingLine line,
    GivenOut givenOut)
{
    /// <summary>As <see cref="Try"/>, for a request that has just come: it does not jump the queue.</summary>
    public async ValueTask<PlannedDispatch?> TryAtOnce(
        RelayRequest request, IReadOnlyList<Message> branch, Message? continues, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var model = request.State.Settings.Model;
        if (!line.StandsBefore(model) && await Try(request, branch, continues, now, cancellationToken) is { } dispatch)
        {
            return dispatch;
        }

        line.Join(model);
        return null;
    }

    /// <summary>Takes a slot and makes the attempt, not committed yet.</summary>
    /// <returns>Null when nobody is free.</returns>
    public async ValueTask<PlannedDispatch?> Try(
        RelayRequest request, IReadOnlyList<Message> branch, Message? continues, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (gate.IsPaused)
        {
            return null;
        }

        var state = request.State;
        var last = branch.LastOrDefault(message => message.Origin is { Kind: OriginKind.Worker })?.Origin?.Name;
        var failed = state.FailedAttempts > 0 ? state.Target?.Name : null;
        foreach (var (worker, model) in WorkerSelector.Rank(workers.List(), state.Settings.Model, last, failed))
        {
            if (worker.IsElsewhere
                || !Carrier(worker).Reaches(worker.Id)
                || !await workers.TryReserve(worker.Id, state.Id, cancellationToken))
            {
                continue;
            }

            var prompt = PromptComposer.Compose(state.Settings, branch, continues);
            request.Dispatch(
                new(OriginKind.Worker, worker.Id.Value, model.Name, worker.Epoch),
                PromptComposer.Characters(prompt),
                now);
            return new(worker.Id, new Infer
            {
                RequestId = state.Id,
                Attempt = request.State.Attempt,
                SessionId = state.SessionId.ToString(),
                Model = model.Name,
                Messages = prompt,
                Parameters = state.Settings.Options,
                Budget = (request.State.CompleteBy ?? now + state.Deadlines.CompleteWithin) - now,
            });
        }

        return null;
    }

    /// <summary>Into the commit: that the answer has been started, or that somebody must be found for it.</summary>
    public void Record(RelayRequest request, PlannedDispatch? dispatch, DateTimeOffset now)
    {
        if (dispatch is null)
        {
            outbox.Add(new(ids.NewId(), OutboxTopic.Dispatch, request.State.Id, request.State.Attempt, null, now));
        }
        else
        {
            log.Append(
                request.State.Id,
                new ReplyStarted(request.State.Attempt, request.State.Target!.Origin) { Id = request.AddReplyEvent() });
        }
    }

    /// <summary>After the commit. A worker that cannot be reached costs the attempt its acknowledgement, and the watchdog takes over.</summary>
    public async Task Send(RelayRequest request, PlannedDispatch? dispatch, CancellationToken cancellationToken)
    {
        if (dispatch is null)
        {
            bell.Ring();
            return;
        }

        var worker = workers.List().FirstOrDefault(worker => worker.Id == dispatch.Worker);
        if (worker is null)
        {
            return;
        }

        givenOut.Remember(request);
        try
        {
            await Carrier(worker).Send(worker.Id, dispatch.Message, cancellationToken);
        }
        catch (CarrierException)
        {
            // The attempt is committed and stays unacknowledged; the watchdog expires it within AcknowledgeWithin.
        }
    }

    private IRelayCarrier Carrier(WorkerPresence worker) => carriers.First(carrier => carrier.Name == worker.Carrier);
}
