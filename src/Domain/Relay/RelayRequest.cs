using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Relay;

/// <summary>
/// One turn on its way to an answer. Every rung of the ladder is an attempt with a target; only the current attempt is
/// heard; terminal is terminal; once text has arrived nobody else is asked, and what has arrived is kept.
/// </summary>
public sealed class RelayRequest(RelayRequestState state, long storedVersion) : AggregateRoot<RelayRequestState>(state, storedVersion)
{
    public static RelayRequest Queue(RelayRequestOrder order, DateTimeOffset now)
    {
        var request = new RelayRequest(
            new RelayRequestState
            {
                Id = order.Id,
                SessionId = order.SessionId,
                UserId = order.UserId,
                LeafId = order.LeafId,
                AnswerId = order.AnswerId,
                Settings = order.Settings,
                Status = RequestStatus.Queued,
                MaxAttempts = order.MaxAttempts,
                QueuedAt = now,
                Deadline = now + order.Deadlines.QueueWithin,
                Deadlines = order.Deadlines,
                Cursor = order.Carried is { Length: > 0 } text ? ReplyCursor.After(text) : ReplyCursor.Start,
            },
            storedVersion: 0);
        request.Apply(request.State, new RequestQueued(order.Id));
        return request;
    }

    /// <summary>Whether a message about this attempt still matters: late and foreign answers do not.</summary>
    public bool Hears(int attempt) => State.IsOpen && State.Status != RequestStatus.Queued && State.Attempt == attempt;

    /// <summary>Gives the request to a target, as a new attempt.</summary>
    /// <param name="promptCharacters">UTF-16 units of text in the prompt.</param>
    public void Dispatch(AttemptTarget target, int promptCharacters, DateTimeOffset now)
    {
        Require(RequestStatus.Queued);
        var completeBy = State.CompleteBy ?? now + State.Deadlines.CompleteWithin;
        Apply(
            State with
            {
                Status = RequestStatus.Dispatched,
                Attempt = State.Attempt + 1,
                Target = target,
                PromptCharacters = promptCharacters,
                NextChunk = 0,
                DispatchedAt = now,
                AcknowledgedAt = null,
                CompleteBy = completeBy,
                Deadline = Earlier(now + State.Deadlines.AcknowledgeWithin, completeBy),
            },
            new RequestDispatched(State.Id, State.Attempt + 1, target));
    }

    public void Acknowledge(int attempt, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched);
        Apply(
            State with { Status = RequestStatus.Acknowledged, AcknowledgedAt = now, Deadline = FirstTokenDeadline(now) },
            new RequestAcknowledged(State.Id, attempt));
    }

    /// <summary>The worker loads the model or reads the prompt: the first token may take that much longer.</summary>
    public void ReportProgress(int attempt, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched, RequestStatus.Acknowledged);
        Apply(
            State with { Status = RequestStatus.Acknowledged, AcknowledgedAt = State.AcknowledgedAt ?? now, Deadline = FirstTokenDeadline(now) },
            new ProgressReported(State.Id, attempt));
    }

    /// <summary>Takes in chunks that follow on those before them.</summary>
    /// <returns>What they add to the answer: one piece for each run of chunks of the same part.</returns>
    public IReadOnlyList<ReplyPiece> RecordChunks(int attempt, IReadOnlyList<ReplyChunk> chunks, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming);
        for (var i = 0; i < chunks.Count; i++)
        {
            if (chunks[i].Sequence != State.NextChunk + i)
            {
                throw new DomainException("chunk_out_of_order", "The chunks do not follow on those recorded before.");
            }
        }

        var cursor = State.Cursor;
        var pieces = cursor.Place(chunks, out cursor);
        Apply(
            State with
            {
                Status = RequestStatus.Streaming,
                AcknowledgedAt = State.AcknowledgedAt ?? now,
                FirstTokenAt = State.FirstTokenAt ?? now,
                NextChunk = State.NextChunk + chunks.Count,
                Cursor = cursor,
                Deadline = State.CompleteBy ?? State.Deadline,
            },
            new ChunksRecorded(State.Id, attempt, chunks.Count));
        return pieces;
    }

    /// <summary>Takes the id of the next reply event; the event is stored in the same commit.</summary>
    public long AddReplyEvent()
    {
        var id = State.NextEvent;
        Apply(State with { NextEvent = id + 1 }, new ReplyEventAdded(State.Id, id));
        return id;
    }

    public void Complete(int attempt, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming);
        Apply(State with { Status = RequestStatus.Completed, EndedAt = now, Failure = null }, new RequestCompleted(State.Id));
    }

    /// <summary>The target said no (busy, draining, on battery, unknown model): it goes back to the queue, and nothing was tried.</summary>
    public void Decline(int attempt, string code, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched);
        Requeue(new MessageError(code, "The worker did not take the request.", Retryable: true), State.FailedAttempts, now);
    }

    /// <summary>The attempt broke. Before any text, and if another attempt may fare better, there is another one; else this is the end.</summary>
    public void Fail(int attempt, MessageError error, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming);
        if (error.Retryable && MayTryAgain)
        {
            Requeue(error, State.FailedAttempts + 1, now);
            return;
        }

        Apply(
            State with { Status = RequestStatus.Failed, FailedAttempts = State.FailedAttempts + 1, Failure = error, EndedAt = now },
            new RequestFailed(State.Id, error));
    }

    /// <summary>The prompt proved longer than the model's window: the next attempt begins later in the conversation.</summary>
    public void Shorten(int attempt, MessageId from, DateTimeOffset now)
    {
        RequireCurrent(attempt);
        Require(RequestStatus.Dispatched, RequestStatus.Acknowledged);
        if (!MayTryAgain)
        {
            throw new DomainException("attempts_spent", "No attempt is left.");
        }

        Requeue(
            new MessageError("context_exceeded", "The conversation no longer fitted the model's context.", Retryable: true),
            State.FailedAttempts + 1,
            now);
        Apply(State with { Settings = State.Settings with { ContextFrom = from } }, new RequestRequeued(State.Id, "context_trimmed"));
    }

    /// <summary>The current step is overdue: before any text somebody else is asked while attempts last, else this is the end.</summary>
    public void Expire(DateTimeOffset now)
    {
        Require(RequestStatus.Queued, RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming);
        if (now < State.Deadline)
        {
            throw new DomainException("not_due", "The request is not overdue.");
        }

        if (State.Status is not RequestStatus.Queued && MayTryAgain && now < State.CompleteBy)
        {
            Requeue(Overdue(), State.FailedAttempts + 1, now);
            return;
        }

        var error = Overdue();
        Apply(State with { Status = RequestStatus.TimedOut, Failure = error, EndedAt = now }, new RequestTimedOut(State.Id, error));
    }

    /// <summary>Nobody on the ladder can answer: the honest notice.</summary>
    public void GiveUp(MessageError notice, DateTimeOffset now)
    {
        Require(RequestStatus.Queued);
        Apply(State with { Status = RequestStatus.Failed, Failure = notice, EndedAt = now }, new RequestFailed(State.Id, notice));
    }

    public void Cancel(DateTimeOffset now)
    {
        Require(RequestStatus.Queued, RequestStatus.Dispatched, RequestStatus.Acknowledged, RequestStatus.Streaming);
        Apply(State with { Status = RequestStatus.Cancelled, EndedAt = now }, new RequestCancelled(State.Id));
    }

    private bool MayTryAgain => State.Status != RequestStatus.Streaming && State.FailedAttempts + 1 < State.MaxAttempts;

    private DateTimeOffset FirstTokenDeadline(DateTimeOffset now) => Earlier(now + State.Deadlines.FirstTokenWithin, State.CompleteBy);

    /// <summary>No step outlasts the answer as a whole; else a request that is declined again and again would never end.</summary>
    private static DateTimeOffset Earlier(DateTimeOffset step, DateTimeOffset? completeBy) => completeBy < step ? completeBy.Value : step;

    private void Requeue(MessageError because, int failedAttempts, DateTimeOffset now) => Apply(
        State with
        {
            Status = RequestStatus.Queued,
            FailedAttempts = failedAttempts,
            Failure = because,
            Deadline = Earlier(now + State.Deadlines.QueueWithin, State.CompleteBy),
        },
        new RequestRequeued(State.Id, because.Code));

    private MessageError Overdue() => State.Status switch
    {
        RequestStatus.Queued => new("no_worker", "No worker was free to answer in time. Try again, or add a worker.", Retryable: true),
        RequestStatus.Dispatched => new("not_acknowledged", "The worker did not answer. Check that it is running.", Retryable: true),
        RequestStatus.Acknowledged => new("first_token_late", "The model took too long to begin its answer.", Retryable: true),
        _ => new("completion_late", "The answer took too long and was cut off.", Retryable: true),
    };

    private void Require(params ReadOnlySpan<RequestStatus> allowed)
    {
        if (allowed.Contains(State.Status))
        {
            return;
        }

        throw State.IsOpen
            ? new DomainException("wrong_state", $"A request that is {State.Status} does not allow this.")
            : new DomainException("request_ended", "The request has ended.");
    }

    private void RequireCurrent(int attempt)
    {
        if (State.IsOpen && attempt != State.Attempt)
        {
            throw new DomainException("stale_attempt", "Another attempt is the current one.");
        }
    }
}
