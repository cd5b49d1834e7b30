using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations;

/// <summary>
/// What every way of opening a turn shares: the request with its settings fixed, the prompt trimmed if it no longer fits,
/// the target if one is free, and all of it in one commit.
/// </summary>
internal sealed class TurnOpening(
    ISessionStore sessions,
    IMessageStore messages,
    IRequestStore requests,
    IReplyLog log,
    Idempotent idempotent,
    Dispatching dispatching,
    QueueLength queue,
    IWorkerRegistry workers,
    IProviders providers,
    ModelChooser chooser,
    DefaultTable defaults,
    AnswerQuotas quotas,
    IUnitOfWork work,
    IIdSource ids,
    CurrentActor current,
    RelayOptions options,
    FallbackPolicy ladder,
    TimeProvider time)
{
    public async Task<Outcome<SubmittedTurn>> Replay(string result, CancellationToken cancellationToken)
    {
        var made = result.Split(' ');
        return await messages.Find(new(Guid.Parse(made[0])), cancellationToken) is { } message
            && await requests.Find(new(Guid.Parse(made[1])), cancellationToken) is { } request
            ? new SubmittedTurn(message, request.State)
            : Refusal.NotFound;
    }

    public static Refusal? TurnOpen(ChatSession session) => session.State.OpenRequestId is { } open
        ? new Refusal(RefusalKind.Conflict, "turn_open", "A turn is still under way in this session.") { RequestId = open.Value }
        : null;

    /// <param name="session">The turn is not opened on it yet.</param>
    /// <param name="question">What is to be answered; <paramref name="isNew"/> says whether it is stored with this commit.</param>
    /// <param name="continues">The cut-off answer to be carried on.</param>
    public async Task<Outcome<SubmittedTurn>> Open(
        ChatSession session,
        Message question,
        bool isNew,
        Message? continues,
        IdempotencyKey? key,
        CancellationToken cancellationToken)
    {
        var actor = current.Required;
        var choice = await chooser.For(actor, session.State.Model, session.State.PlaceId, here: false, cancellationToken);
        if (choice.IsRefused)
        {
            return SessionRules.ModelNotAllowed(actor);
        }

        var now = time.GetUtcNow();
        var asked = new Asked(
            choice.Model ?? chooser.AnyOf(actor),
            choice.Winner?.Level,
            session.State.SystemPrompt ?? (await defaults.Of(actor.UserId, cancellationToken)).SystemPrompt);
        var requestId = new RequestId(ids.NewId());
        if (isNew)
        {
            question = question with { Sequence = session.SubmitMessage(question.Id, requestId, now) };
            messages.Add(question);
        }
        else
        {
            session.AnswerAgain(question.Id, requestId, now);
        }

        var branch = await Branch(session, question, isNew, cancellationToken);
        var trimmed = Trim(session, asked, branch, continues, now);
        if (trimmed is not null)
        {
            branch = [.. branch.SkipWhile(message => message.Id != trimmed)];
        }

        var verdict = await Reserve(session.State, requestId, asked, branch, continues, now, cancellationToken);
        if (!verdict.Granted)
        {
            return verdict.Refusal;
        }

        try
        {
            return await Open(session, question, asked, branch, continues, trimmed, requestId, verdict, key, now, cancellationToken);
        }
        catch
        {
            await quotas.Settle(requestId, 0);
            throw;
        }
    }

    /// <summary>From here on the turn holds its part of the limits.</summary>
    private async Task<SubmittedTurn> Open(
        ChatSession session,
        Message question,
        Asked asked,
        IReadOnlyList<Message> branch,
        Message? continues,
        MessageId? trimmed,
        RequestId requestId,
        RateVerdict verdict,
        IdempotencyKey? key,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var actor = current.Required;
        var request = RelayRequest.Queue(
            new(
                requestId,
                session.State.Id,
                actor.UserId,
                question.Id,
                new MessageId(ids.NewId()),
                new RequestSettings
                {
                    Model = asked.Model,
                    ChosenBy = asked.ChosenBy,
                    SystemPrompt = asked.SystemPrompt,
                    Options = new GenerationOptions { Temperature = session.State.Temperature },
                    ContextFrom = trimmed ?? ContextFrom(session, branch),
                    Continues = continues?.Id,
                    Key = actor.Key,
                    OnlyModels = actor.Models,
                    HoldsQuota = verdict.Decision is not null,
                },
                options.Deadlines,
                options.Attempts + ladder.Rungs.Sum(Attempts))
            { Carried = continues?.Text },
            now);

        var dispatch = await dispatching.TryAtOnce(request, branch, continues, now, cancellationToken);
        List<ReplyEvent> events = [];
        try
        {
            events.Add(new ReplyQueued(question.Id, dispatch is null ? await queue.Count(requests, cancellationToken) : 0) { Id = request.AddReplyEvent() });
            if (trimmed is not null)
            {
                events.Add(new ReplyNotice("context_trimmed", ContextWindow.Notice) { Id = request.AddReplyEvent() });
            }

            if (continues?.Text is { Length: > 0 } carried)
            {
                events.Add(new ReplyDelta(0, 0, ChunkKind.Text, 0, carried) { Id = request.AddReplyEvent() });
            }

            if (dispatching.Promise(request, dispatch, now) is { } started)
            {
                events.Add(started);
            }

            foreach (var happened in events)
            {
                log.Append(requestId, happened);
            }

            sessions.Save(session);
            requests.Save(request);
            idempotent.Remember(key, $"{question.Id} {requestId}");
        }
        catch
        {
            workers.Release(requestId);
            throw;
        }

        await dispatching.CommitAndSend(work, request, dispatch, cancellationToken);
        // The first text may have come while the disk was written: then they are not all, and whoever reads the answer asks the table.
        var state = request.State;
        return new SubmittedTurn(question, state) { Limits = verdict, Events = state.NextEvent == events[^1].Id + 1 ? events : [] };
    }

    private ValueTask<RateVerdict> Reserve(
        ChatSessionState session,
        RequestId request,
        Asked asked,
        IReadOnlyList<Message> branch,
        Message? continues,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var characters = (asked.SystemPrompt?.Length ?? 0) + (continues?.Text.Length ?? 0) + branch.Sum(message => message.Text.Length);
        return quotas.Reserve(
            new(
                request,
                current.Required,
                session.PlaceId,
                workers.FindModel(asked.Model)?.Name ?? providers.Spelling(asked.Model) ?? asked.Model,
                AnswerQuotas.Estimate(characters, session.TokensPerCharacter, mostTokens: null),
                now + options.Deadlines.QueueWithin + options.Deadlines.CompleteWithin),
            cancellationToken);
    }

    /// <summary>What a rung may try besides the workers: each provider once.</summary>
    private int Attempts(FallbackRung rung) => rung switch
    {
        FallbackRung.Provider => Math.Max(1, providers.Count),
        FallbackRung.Markov => 1,
        _ => 0,
    };

    private async Task<IReadOnlyList<Message>> Branch(ChatSession session, Message question, bool isNew, CancellationToken cancellationToken)
    {
        if (!isNew)
        {
            return await messages.Branch(question.Id, session.State.ContextFrom, cancellationToken);
        }

        return question.ParentId is { } parent
            ? [.. await messages.Branch(parent, session.State.ContextFrom, cancellationToken), question]
            : [question];
    }

    /// <summary>A branch that turned off before the trim point is a whole prompt again: the walk then ends at its root.</summary>
    private static MessageId? ContextFrom(ChatSession session, IReadOnlyList<Message> branch) =>
        session.State.ContextFrom is { } from && branch.Count > 0 && branch[0].Id == from ? from : null;

    private MessageId? Trim(ChatSession session, Asked asked, IReadOnlyList<Message> branch, Message? continues, DateTimeOffset now)
    {
        if (workers.FindModel(asked.Model) is not { } model
            || ContextWindow.Trim(branch, continues, session.State with { SystemPrompt = asked.SystemPrompt }, model.ContextSize) is not { } from)
        {
            return null;
        }

        session.TrimContext(from, now);
        return from;
    }

    /// <summary>What is fixed when the turn is opened, of what session and defaults say: a later change is for later turns.</summary>
    /// <param name="Model">Null: whichever is ready.</param>
    private sealed record Asked(string? Model, ModelLevel? ChosenBy, string? SystemPrompt);
}
