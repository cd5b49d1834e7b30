using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Gives a request to a worker: the slot is taken in the registry, the attempt is committed, and the message is sent. A host that dies in
/// between leaves an attempt that nobody acknowledges, and the watchdog finds it; or a worker that is told to stop as soon as it speaks.
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
    GivenOut givenOut,
    IProviders providers)
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

            return Plan(request, new(OriginKind.Worker, worker.Id.Value, model.Name, worker.Epoch), branch, continues, now);
        }

        return null;
    }

    /// <summary>Asks a provider, not committed yet.</summary>
    /// <returns>Null when there is none to be asked.</returns>
    public PlannedDispatch? TryProvider(RelayRequest request, IReadOnlyList<Message> branch, Message? continues, DateTimeOffset now)
    {
        var state = request.State;
        var failed = state.FailedAttempts > 0 ? state.Target?.Name : null;
        if (gate.IsPaused
            || providers.Choose(state.Settings.Model, failed) is not { } choice
            || (state.Settings.OnlyModels is { Count: > 0 } only && !only.Contains(choice.Model, StringComparer.OrdinalIgnoreCase)))
        {
            return null;
        }

        return Plan(request, new(OriginKind.Provider, choice.Provider.Value, choice.Model, Epoch: null), branch, continues, now);
    }

    /// <summary>Into the commit: that the answer has been started, or that somebody must be found for it.</summary>
    public void Record(RelayRequest request, PlannedDispatch? dispatch, DateTimeOffset now)
    {
        if (Promise(request, dispatch, now) is { } started)
        {
            log.Append(request.State.Id, started);
        }
    }

    /// <summary>As <see cref="Record"/>, for those who write the events themselves.</summary>
    /// <returns>Null when somebody must be found first.</returns>
    public ReplyStarted? Promise(RelayRequest request, PlannedDispatch? dispatch, DateTimeOffset now)
    {
        if (dispatch is null)
        {
            outbox.Add(new(ids.NewId(), OutboxTopic.Dispatch, request.State.Id, request.State.Attempt, null, now));
            return null;
        }

        return new(request.State.Attempt, request.State.Target!.Origin) { Id = request.AddReplyEvent() };
    }

    /// <summary>
    /// Tells the worker of a request that has just come, and commits it meanwhile: the worker begins while the disk is written. Nothing that it says is
    /// heard before the commit is there, and if that fails it is told to stop, and its slot is free.
    /// </summary>
    public async Task CommitAndSend(IUnitOfWork work, RelayRequest request, PlannedDispatch? dispatch, CancellationToken cancellationToken)
    {
        if (dispatch is null)
        {
            await work.Commit(CommitDurability.Synced, cancellationToken);
            bell.Ring();
            return;
        }

        var (id, attempt) = (request.State.Id, request.State.Attempt);
        givenOut.Begin(id);
        var telling = Tell(dispatch.Worker, dispatch.Message, cancellationToken);
        try
        {
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }
        catch
        {
            givenOut.Withdrawn(id, attempt);

            // Whatever keeps it from being told: why the commit failed is what counts.
            await ((Task)telling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)Tell(dispatch.Worker, new Cancel(id, attempt), CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            workers.Release(id);
            throw;
        }

        givenOut.Kept(request);
        await telling;
    }

    /// <summary>After the commit. A worker that cannot be reached costs the attempt its acknowledgement, and the watchdog takes over.</summary>
    public async Task Send(RelayRequest request, PlannedDispatch? dispatch, CancellationToken cancellationToken)
    {
        if (dispatch is null)
        {
            bell.Ring();
            return;
        }

        givenOut.Remember(request);
        await Tell(dispatch.Worker, dispatch.Message, cancellationToken);
    }

    private async Task Tell(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (carriers.FirstOrDefault(carrier => carrier.Reaches(worker)) is not { } carrier)
        {
            return;
        }

        try
        {
            await carrier.Send(worker, message, cancellationToken);
        }
        catch (CarrierException)
        {
            // An attempt whose commit is there stays unacknowledged, and the watchdog expires it within AcknowledgeWithin.
        }
    }

    private static PlannedDispatch Plan(
        RelayRequest request, AttemptTarget target, IReadOnlyList<Message> branch, Message? continues, DateTimeOffset now)
    {
        var state = request.State;
        var prompt = PromptComposer.Compose(state.Settings, branch, continues);
        request.Dispatch(target, PromptComposer.Characters(prompt), now);
        return new(new(target.Name), new Infer
        {
            RequestId = state.Id,
            Attempt = request.State.Attempt,
            SessionId = state.Settings.Call?.CacheName ?? state.SessionId.ToString(),
            Model = target.Model!,
            Messages = prompt,
            Parameters = state.Settings.Options,
            Tools = state.Settings.Call?.Tools,
            ToolChoice = state.Settings.Call?.ToolChoice,
            ParallelToolCalls = state.Settings.Call?.ParallelToolCalls,
            ResponseFormat = state.Settings.Call?.ResponseFormat,
            Budget = (request.State.CompleteBy ?? now + state.Deadlines.CompleteWithin) - now,
        });
    }

    private IRelayCarrier Carrier(WorkerPresence worker) => carriers.First(carrier => carrier.Name == worker.Carrier);
}
