using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>Finds somebody who answers a queued request, rung by rung down the ladder.</summary>
/// <param name="OutboxId">The row that asked for it; gone with the commit that settles it.</param>
/// <param name="InFront">The models that older requests wait for; a slot that becomes free now is theirs.</param>
public sealed record DispatchRelayRequest(RequestId RequestId, Guid OutboxId, WaitingLine InFront) : IRequest<Outcome<DispatchResult>>, IForTheHost;

internal sealed class DispatchRelayRequestHandler(
    IRequestStore requests,
    IMessageStore messages,
    IResponseStore responses,
    IReplyLog log,
    IOutbox outbox,
    IWorkerRegistry workers,
    IProviders providers,
    Dispatching dispatching,
    DispatchGate gate,
    TurnEnding ending,
    IReplySignal signal,
    IUnitOfWork work,
    RelayOptions options,
    FallbackPolicy ladder,
    TimeProvider time) : IRequestHandler<DispatchRelayRequest, Outcome<DispatchResult>>
{
    public async Task<Outcome<DispatchResult>> Handle(DispatchRelayRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Find(command.RequestId, cancellationToken);
        if (request?.State is { Status: RequestStatus.Streaming, Target.Kind: OriginKind.Fallback })
        {
            // A host died between the text of its own generator and the end.
            await CompleteMarkov(request, command.OutboxId, time.GetUtcNow(), cancellationToken);
            return DispatchResult.Settled;
        }

        if (request is null || request.State.Status != RequestStatus.Queued)
        {
            outbox.Remove(command.OutboxId);
            await work.Commit(CommitDurability.Relaxed, cancellationToken);
            return DispatchResult.Settled;
        }

        if (gate.IsPaused)
        {
            return new DispatchResult(false, request.State.Settings.Model);
        }

        var now = time.GetUtcNow();
        if (request.State.Settings.Call is not null && await responses.FindMissing(command.RequestId, cancellationToken) is { } missing)
        {
            // Deleted while this waited. Half a conversation has no answer.
            var refusal = ResponseNames.NoPrevious(missing);
            request.GiveUp(new(refusal.Code, refusal.Detail, Retryable: false), now);
            await Finish(request, command.OutboxId, now, cancellationToken);
            return DispatchResult.Settled;
        }

        for (var rung = ladder.First; ; rung = ladder.After(rung))
        {
            switch (rung)
            {
                case FallbackRung.Worker when request.State.FailedAttempts < options.Attempts:
                    if (!command.InFront.StandsBefore(request.State.Settings.Model) && await ToWorker(request, command.OutboxId, now, cancellationToken))
                    {
                        return DispatchResult.Settled;
                    }

                    if (MayStillCome(request, now))
                    {
                        return new DispatchResult(false, request.State.Settings.Model);
                    }

                    break;
                case FallbackRung.Provider:
                    if (await ToProvider(request, command.OutboxId, now, cancellationToken))
                    {
                        return DispatchResult.Settled;
                    }

                    break;
                // Its words are for people: a program would take them for an answer.
                case FallbackRung.Markov when request.State.Settings.Call is null:
                    await ByMarkov(request, command.OutboxId, now, cancellationToken);
                    return DispatchResult.Settled;
                case FallbackRung.Notify:
                    request.GiveUp(LadderNotice.For(request.State, workers.List(), ladder.Rungs.Contains(FallbackRung.Provider) ? providers.List() : []), now);
                    await Finish(request, command.OutboxId, now, cancellationToken);
                    return DispatchResult.Settled;
            }
        }
    }

    private async Task<bool> ToWorker(RelayRequest request, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (branch, continues) = await Conversation(request, cancellationToken);
        return await dispatching.Try(request, branch, continues, now, cancellationToken) is { } dispatch
            && await Give(request, dispatch, outboxId, now, cancellationToken);
    }

    private async Task<bool> ToProvider(RelayRequest request, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (branch, continues) = await Conversation(request, cancellationToken);
        return dispatching.TryProvider(request, branch, continues, now) is { } dispatch
            && await Give(request, dispatch, outboxId, now, cancellationToken);
    }

    private async Task<(IReadOnlyList<Message> Branch, Message? Continues)> Conversation(RelayRequest request, CancellationToken cancellationToken) =>
        (await messages.Branch(request.State.LeafId, request.State.Settings.ContextFrom, cancellationToken),
            request.State.Settings.Continues is { } id ? await messages.Find(id, cancellationToken) : null);

    private async Task<bool> Give(
        RelayRequest request, PlannedDispatch dispatch, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            dispatching.Record(request, dispatch, now);
            requests.Save(request);
            outbox.Remove(outboxId);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }
        catch
        {
            workers.Release(request.State.Id);
            throw;
        }

        signal.Raise(request.State.Id);
        await dispatching.Send(request, dispatch, cancellationToken);
        return true;
    }

    /// <summary>
    /// Busy workers become free; absent ones get a moment to come. The moment counts from when they went, or from this host's start,
    /// and not from when the request was queued, which may have been long before that.
    /// </summary>
    private bool MayStillCome(RelayRequest request, DateTimeOffset now) =>
        now < request.State.Deadline
        && (WorkerSelector.AnyHas(workers.List(), request.State.Settings.Model) || now < workers.EmptySince + options.WorkerGrace);

    private async Task ByMarkov(RelayRequest request, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var branch = await messages.Branch(request.State.LeafId, request.State.Settings.ContextFrom, cancellationToken);
        var text = MarkovAnswer.To(branch, seed: request.State.Id.Value.GetHashCode());
        request.Dispatch(new(OriginKind.Fallback, "markov", null, null), 0, now);
        log.Append(request.State.Id, new ReplyStarted(request.State.Attempt, request.State.Target!.Origin) { Id = request.AddReplyEvent() });
        foreach (var piece in request.RecordChunks(request.State.Attempt, [new(0, 0, ChunkKind.Text, text)], now))
        {
            log.Append(request.State.Id, new ReplyDelta(request.State.Attempt, piece.Part, piece.Kind, piece.Offset, piece.Text)
            {
                Id = request.AddReplyEvent(),
            });
        }

        // The answer is read back from the log when the turn ends, so its text is committed first. The row stays until then.
        requests.Save(request);
        await work.Commit(CommitDurability.Relaxed, cancellationToken);
        await CompleteMarkov(request, outboxId, now, cancellationToken);
    }

    private async Task CompleteMarkov(RelayRequest request, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        request.Complete(request.State.Attempt, now);
        await Finish(request, outboxId, now, cancellationToken);
    }

    private async Task Finish(RelayRequest request, Guid outboxId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ended = await ending.End(request, session: null, usage: null, FinishReason.Stop, now, cancellationToken);
        outbox.Remove(outboxId);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(ended);
    }
}
