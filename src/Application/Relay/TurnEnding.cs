using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// The one end of a turn, whichever it is: request, answer, session, usage and the last event in one commit. That there is
/// never a second one is settled by the request's version and by UNIQUE(request_id) on answers.
/// </summary>
internal sealed class TurnEnding(
    ISessionStore sessions,
    IMessageStore messages,
    IRequestStore requests,
    IReplyLog log,
    ProviderBill bill,
    IOutbox outbox,
    IReplySignal signal,
    IWorkerRegistry workers,
    OutboxBell bell,
    AnswerQuotas quotas,
    IIdSource ids)
{
    /// <summary>Collects the writes of the end of a request that has just been given its terminal state.</summary>
    /// <param name="session">Null: it is loaded here.</param>
    public async Task<EndedTurn> End(
        RelayRequest request,
        ChatSession? session,
        TokenUsage? usage,
        FinishReason? finish,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        await End(request, session, await AnswerText.Load(log, request.State.Id, cancellationToken), usage, finish, now, cancellationToken);

    /// <param name="text">What readers have been sent.</param>
    public async Task<EndedTurn> End(
        RelayRequest request,
        ChatSession? session,
        AnswerText text,
        TokenUsage? usage,
        FinishReason? finish,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var state = request.State;
        session ??= await sessions.Find(state.SessionId, cancellationToken)
            ?? throw new InvalidOperationException("A request without its session.");
        if (session.State.OpenRequestId != state.Id)
        {
            // Read after the request was: somebody else has given it its end in between.
            throw new ConcurrencyConflictException($"request {state.Id}");
        }

        // Of what is cut off after some text nobody has counted the cost, and it is not free all the same.
        var cost = usage ?? Guess(state, text, session.State.TokensPerCharacter);
        double? perCharacter = usage is { PromptTokens: > 0 } && state.PromptCharacters > 0
            ? (double)usage.PromptTokens / state.PromptCharacters
            : null;
        var sequence = session.EndTurn(state.Id, state.AnswerId, perCharacter, now);
        sessions.Save(session);
        messages.Add(new Message
        {
            Id = state.AnswerId,
            SessionId = state.SessionId,
            ParentId = state.LeafId,
            Sequence = sequence,
            Role = MessageRole.Assistant,
            Parts = text.ToParts(),
            Status = state.Status switch
            {
                RequestStatus.Completed => finish == FinishReason.Length ? MessageStatus.Partial : MessageStatus.Complete,
                RequestStatus.Cancelled => MessageStatus.Cancelled,
                _ => MessageStatus.Failed,
            },
            Origin = state.Target?.Origin,
            Usage = usage,
            RequestId = state.Id,
            Error = state.Status is RequestStatus.Failed or RequestStatus.TimedOut ? state.Failure : null,
            CreatedAt = now,
        });
        if (cost is not null)
        {
            bill.Add(
                new(state.Id, state.UserId, state.Target?.Model, cost, now) { Key = state.Settings.Key, Place = CountedIn(session.State) }, state.Target);
        }

        var last = request.AddReplyEvent();
        log.Append(state.Id, state.Status switch
        {
            RequestStatus.Completed => new ReplyCompleted(state.AnswerId) { Id = last },
            RequestStatus.Cancelled => new ReplyCancelled(state.AnswerId) { Id = last },
            _ => new ReplyFailed(state.AnswerId, state.Failure!) { Id = last },
        });
        requests.Save(request);

        // A worker that may still be generating is told to stop; it then frees its slot.
        var stops = state is { Status: not RequestStatus.Completed, Attempt: > 0, Target.Kind: OriginKind.Worker or OriginKind.Provider };
        if (stops)
        {
            outbox.Add(new(ids.NewId(), OutboxTopic.Cancel, state.Id, state.Attempt, state.Target!.Name, now));
        }

        return new(state.Id, stops, state.Settings.HoldsQuota ? cost?.TotalTokens ?? 0 : null);
    }

    /// <summary>Cancels the turn that a session has open, if it has one.</summary>
    public async Task<EndedTurn?> CancelOpenTurn(ChatSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (session.State.OpenRequestId is not { } open)
        {
            return null;
        }

        var request = await requests.Find(open, cancellationToken) ?? throw new InvalidOperationException("An open turn without its request.");
        if (!request.State.IsOpen)
        {
            throw new ConcurrencyConflictException($"session {session.State.Id}");
        }

        request.Cancel(now);
        return await End(request, session, usage: null, finish: null, now, cancellationToken);
    }

    /// <summary>After the commit: the quotas are settled, readers are woken, the slot is free for the next.</summary>
    public async ValueTask Announce(EndedTurn? ended)
    {
        if (ended is not null)
        {
            workers.Release(ended.RequestId);
            if (ended.Tokens is { } tokens)
            {
                await quotas.Settle(ended.RequestId, tokens);
            }

            signal.Raise(ended.RequestId);
            bell.Ring();
        }
    }

    /// <summary>What a program asks for under /v1 is counted in no place, stored or not.</summary>
    private static PlaceId? CountedIn(ChatSessionState session) => session.Kind == SessionKind.Response ? null : session.PlaceId;

    private static TokenUsage? Guess(RelayRequestState state, AnswerText text, double? perCharacter) =>
        state is { FirstTokenAt: not null, Target.Kind: OriginKind.Worker or OriginKind.Provider }
            ? new(AnswerQuotas.Guess(state.PromptCharacters, perCharacter), AnswerQuotas.Guess(text.Length, perCharacter))
            : null;
}
