using System.Runtime.CompilerServices;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>
/// A call that is under way. Whoever reads it also drives it: what its worker says waits here until the reader takes it in, so that there is
/// one thread at a time and nothing to lock. Disposing of it stops whatever is still being done for it. For one reader.
/// </summary>
public sealed class StatelessCall : IAsyncDisposable
{
    private readonly StatelessMailbox _mailbox;
    private readonly StatelessRelay _relay;
    private readonly RelayRequest _request;
    private readonly StatelessCost _cost;
    private readonly string _cacheName;
    private readonly List<StatelessEvent> _happened = [];

    /// <summary>Who is at it now. Written by the reader alone, read by whoever brings messages.</summary>
    private volatile StatelessAttempt? _attempt;
    private volatile int _attempts;
    private volatile string? _avoids;
    private DateTimeOffset? _rejoinAt;

    /// <summary>Nothing wakes whoever waits for a worker that will not come.</summary>
    private bool _looksAtOnce = true;

    internal StatelessCall(RelayRequest request, StatelessOrder order, string cacheName, StatelessRelay relay)
    {
        (_request, _cacheName, _relay) = (request, cacheName, relay);
        _mailbox = new(relay.Time);
        _cost = new(relay);
        (Order, Id, CreatedAt) = (order, request.State.Id, request.State.QueuedAt);
    }

    public RequestId Id { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>What was asked of the limits; settled when the call has ended, whatever its end.</summary>
    public RateVerdict? Limits { get; init; }

    internal StatelessOrder Order { get; }

    /// <summary>The worker that has just failed at it; asked again only if nobody else is there.</summary>
    internal string? Avoids => _avoids;

    /// <summary>What happens, to the end. It ends with one of the two that say so, unless it is cancelled.</summary>
    public async IAsyncEnumerable<StatelessEvent> Read([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await _mailbox.Wait(Patience(), cancellationToken);
            await TakeIn(cancellationToken);
            _request.MarkStored();
            if (!_request.State.IsOpen)
            {
                // Before the caller hears of the end, who may ask again at once.
                await _cost.Settle(_request.State);
            }

            foreach (var happened in _happened)
            {
                yield return happened;
            }

            if (_happened is [.., { IsEnd: true }])
            {
                yield break;
            }

            _happened.Clear();
        }
    }

    /// <summary>The caller has its answer, or has left: then the worker is stopped, down to the model's slot.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_mailbox.Close())
        {
            return;
        }

        var attempt = _attempt;
        if (_request.State.IsOpen)
        {
            _request.Cancel(_relay.Time.GetUtcNow());
            if (attempt is not null)
            {
                await _relay.Tell(attempt.Worker, new Cancel(Id, attempt.Number), CancellationToken.None);
            }
        }

        _relay.Calls.Remove(this);
        if (_attempt is not { HasPassedOn: true })
        {
            _relay.Release(Id);
        }

        await _cost.Settle(_request.State);
    }

    /// <returns>What the worker is to be told about it at once.</returns>
    internal ToWorker? Hear(WorkerId from, IAttemptMessage message)
    {
        var attempt = _attempt;
        if (attempt is null || attempt.Number != message.Attempt)
        {
            // One that was given up need not go on, nor keep what it has said; of one to come nobody can know.
            return message.Attempt > _attempts ? null
                : message is Done or Failed ? new Ack(Id, message.Attempt)
                : message is Refused ? null
                : new Cancel(Id, message.Attempt);
        }

        if (attempt.Worker.Id != from)
        {
            return null;
        }

        // However slowly the answer is read: the slot is free.
        if (message is Done)
        {
            attempt.HasPassedOn = true;
            _relay.PassOn(Id);
        }
        else if (message is Failed or Refused)
        {
            _relay.Release(Id);
        }

        _mailbox.Put(message);
        return null;
    }

    /// <returns>False when it is over.</returns>
    internal bool TakesTurn(StatelessTurn turn) => _mailbox.TryPut(turn);

    internal void Abandon(WorkerId worker, string epoch, IReadOnlyList<KeptAttempt> kept, MessageError because)
    {
        if (_attempt is { } attempt
            && attempt.Worker.Id == worker
            && attempt.Worker.Epoch != epoch
            && !kept.Any(known => known.RequestId == Id && known.Attempt == attempt.Number))
        {
            _mailbox.Put(new StatelessNotice(Said: null, Gone: because) { Attempt = attempt.Number });
        }
    }

    /// <summary>How long nothing need happen before this call looks at itself.</summary>
    private TimeSpan Patience()
    {
        var left = _request.State.Deadline - _relay.Time.GetUtcNow();
        return _request.State.Status == RequestStatus.Queued && _looksAtOnce ? TimeSpan.Zero
            : _request.State.Status == RequestStatus.Queued ? Shorter(left, _rejoinAt is null ? StatelessPauses.LookAgain : StatelessPauses.AfterRefusal)
            : _mailbox.HasDropped || _attempt is { Lacks: true } ? Shorter(left, StatelessPauses.AskAgain)
            : Shorter(left, StatelessPauses.LookAround);
    }

    private async Task TakeIn(CancellationToken cancellationToken)
    {
        List<ReplyChunk> ready = [];
        while (_request.State.IsOpen && _mailbox.TryTake(out var notice))
        {
            if (notice.Said is Chunk chunk && IsCurrent(chunk.Attempt))
            {
                ready.AddRange(_attempt!.Assemble(chunk));
                continue;
            }

            await Record(ready, cancellationToken);
            await Handle(notice, cancellationToken);
        }

        await Record(ready, cancellationToken);
        var now = _relay.Time.GetUtcNow();
        switch (_request.State)
        {
            case { IsOpen: false }:
                return;
            case { Status: RequestStatus.Queued } queued:
                await LookWhileWaiting(queued, now, cancellationToken);
                return;
        }

        if (_attempt is { End: Done done })
        {
            await TryComplete(done, cancellationToken);
        }

        await AskForTheMissing(now, cancellationToken);
        if (_attempt is { } here && _request.State.IsOpen && _relay.HasMoved(here.Worker.Id))
        {
            // What it says about this call it says to another host, which knows nothing of it.
            Fail(here.Number, StatelessFaults.Lost, now);
        }
        else if (_request.State is { IsOpen: true, Status: not RequestStatus.Queued } late && now >= late.Deadline)
        {
            await Tell(new Cancel(Id, late.Attempt), cancellationToken);
            _request.Expire(now);
            AfterFailure();
        }
    }

    private bool IsCurrent(int attempt) => _attempt is { } current && current.Number == attempt && _request.Hears(attempt);

    private async Task Handle(StatelessNotice notice, CancellationToken cancellationToken)
    {
        var now = _relay.Time.GetUtcNow();
        var status = _request.State.Status;
        switch (notice)
        {
            case { Turn: { } turn } when status == RequestStatus.Queued:
                await Begin(turn, now, cancellationToken);
                break;
            case { Gone: { } error, Attempt: var number } when IsCurrent(number):
                Fail(number, error, now);
                break;
            case { Said: { } said } when IsCurrent(said.Attempt):
                await Handle(said, status, now, cancellationToken);
                break;
        }
    }

    private async Task Handle(IAttemptMessage said, RequestStatus status, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (said)
        {
            case Accepted when status == RequestStatus.Dispatched:
                _request.Acknowledge(said.Attempt, now);
                break;
            case Progress when status is RequestStatus.Dispatched or RequestStatus.Acknowledged:
                _request.ReportProgress(said.Attempt, now);
                break;
            case Refused refused when status == RequestStatus.Dispatched:
                _request.Decline(said.Attempt, refused.Code, now);
                (_attempt, _rejoinAt) = (null, now + StatelessPauses.AfterRefusal);
                break;
            case Embedding embedding:
                _attempt!.Take(embedding, Order);
                break;
            case Done done:
                _attempt!.End = done;
                break;
            case Failed failed:
                await Tell(new Ack(Id, failed.Attempt), cancellationToken);
                Fail(failed.Attempt, new(failed.Code, failed.Message, failed.Retryable), now);
                break;
        }
    }

    private async Task Begin(StatelessTurn turn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (worker, model, _) = turn;
        _request.Dispatch(
            new(turn.Kind, worker.Id.Value, model, turn.Kind == OriginKind.Worker ? worker.Epoch : null), Conversations.PromptComposer.Characters(Order.Messages), now);
        _attempts = _request.State.Attempt;
        _attempt = new(worker, _attempts);
        _rejoinAt = null;
        _happened.Add(new StatelessStarted(_request.State.Target!.Origin));
        var order = Order.For(Id, _attempts, _cacheName, model, _request.State.CompleteBy!.Value - now);
        if (await _relay.Tell(worker, order, cancellationToken) is { } untold)
        {
            Fail(_attempts, untold, now);
        }
    }

    private async ValueTask Record(List<ReplyChunk> ready, CancellationToken cancellationToken)
    {
        if (ready.Count == 0 || !_request.State.IsOpen)
        {
            return;
        }

        var now = _relay.Time.GetUtcNow();
        if (_request.State.FirstTokenAt is null)
        {
            _relay.FirstText(_request.State);
        }

        if (!_attempt!.HasRoomFor(ready))
        {
            await Tell(new Cancel(Id, _attempt.Number), cancellationToken);
            Fail(_attempt.Number, AnswerLimit.Exceeded, now);
            return;
        }

        foreach (var piece in _request.RecordChunks(_attempt!.Number, ready, now))
        {
            _attempt.Hash(piece);
            _happened.Add(new StatelessPiece(piece));
            _cost.Wrote(piece.Text.Length);
        }

        ready.Clear();
    }

    private async Task TryComplete(Done done, CancellationToken cancellationToken)
    {
        var isText = Order.Kind == InferKind.Embed && done.Chunks > 0;
        if (!isText && !_attempt!.IsWhole(done, _request.State.NextChunk, Order))
        {
            return;
        }

        await Tell(new Ack(Id, done.Attempt), cancellationToken);
        var now = _relay.Time.GetUtcNow();
        if (isText || !_attempt!.Matches(done.PartHashes))
        {
            Fail(done.Attempt, isText ? StatelessFaults.CannotEmbed : AnswerText.Damaged, now);
            return;
        }

        _request.Complete(done.Attempt, now);
        var state = _request.State;
        _cost.Counted(done.Usage);
        _happened.AddRange(_attempt!.Vectors);
        _happened.Add(new StatelessCompleted(done.FinishReason, done.Usage, state.Target!.Origin));
    }

    private async Task AskForTheMissing(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_attempt is { } attempt && (_mailbox.HasDropped || attempt.Lacks) && _request.State.IsOpen && attempt.MayAsk(now, StatelessPauses.AskAgain))
        {
            _mailbox.ForgetDropped();
            await Tell(new Resend(Id, attempt.Number, attempt.Next), cancellationToken);
        }
    }

    private async Task LookWhileWaiting(RelayRequestState queued, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _looksAtOnce = false;
        if (_rejoinAt is { } at && now >= at)
        {
            _rejoinAt = null;
            _relay.StandInLine(this);
        }

        if (now >= queued.Deadline || WorkersHaveHadTheirTurn(queued) || !_relay.MayStillCome(Order))
        {
            // A turn that was given meanwhile is taken first.
            if (_rejoinAt is null && !_relay.Calls.LeaveLine(this) && !_mailbox.IsEmpty)
            {
                return;
            }

            if (now < queued.Deadline && _relay.AskElsewhere(Order, queued) is { } turn)
            {
                await Begin(turn, now, cancellationToken);
                return;
            }

            _request.GiveUp(_relay.Notice(queued, Order), now);
            _happened.Add(new StatelessFailed(_request.State.Failure!));
        }
    }

    private void Fail(int attempt, MessageError error, DateTimeOffset now)
    {
        _request.Fail(attempt, error, now);
        AfterFailure();
    }

    /// <summary>Either there is another attempt, or this was the end.</summary>
    private void AfterFailure()
    {
        _attempt = null;
        if (_request.State.IsOpen)
        {
            // Whoever is next, whether a worker or not, there is nothing to wait for.
            _avoids = _request.State.Target?.Name;
            _looksAtOnce = true;
            if (!WorkersHaveHadTheirTurn(_request.State))
            {
                // Before the slot is anybody's again: it keeps its place among those who wait.
                _relay.Calls.JoinLine(this);
            }
        }
        else
        {
            _happened.Add(new StatelessFailed(_request.State.Failure!));
        }

        _relay.Release(Id);
    }

    private bool WorkersHaveHadTheirTurn(RelayRequestState state) => state.FailedAttempts >= _relay.Attempts;

    private async Task Tell(ToWorker message, CancellationToken cancellationToken)
    {
        if (_attempt is { } attempt)
        {
            await _relay.Tell(attempt.Worker, message, cancellationToken);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
