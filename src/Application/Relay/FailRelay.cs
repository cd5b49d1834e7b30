using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>An attempt broke: another one is made if none of its text was seen, or the turn ends with what there is.</summary>
/// <param name="PromptTokens">With <c>context_exceeded</c>: the prompt as the engine counted it.</param>
public sealed record FailRelay(RequestId RequestId, int Attempt, MessageError Error, int? PromptTokens = null)
    : IRequest<Outcome<AttemptUpdate>>, IForTheHost;

internal sealed class FailRelayHandler(
    IRequestStore requests,
    IMessageStore messages,
    ISessionStore sessions,
    IReplyLog log,
    IWorkerRegistry workers,
    IReplySignal signal,
    Requeueing requeueing,
    TurnEnding ending,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<FailRelay, Outcome<AttemptUpdate>>
{
    public async Task<Outcome<AttemptUpdate>> Handle(FailRelay command, CancellationToken cancellationToken)
    {
        if (await requests.Find(command.RequestId, cancellationToken) is not { } request || !request.Hears(command.Attempt))
        {
            return AttemptUpdate.Stale;
        }

        var now = time.GetUtcNow();
        if (command.Error.Code == "context_exceeded" && await Shorten(request, command, now, cancellationToken))
        {
            signal.Raise(command.RequestId);
            return AttemptUpdate.Taken;
        }

        request.Fail(command.Attempt, command.Error, now);
        await requeueing.Settle(request, now, ending, work, cancellationToken);
        return AttemptUpdate.Taken;
    }

    /// <summary>The estimate was wrong and the engine has counted: once more, beginning later in the conversation.</summary>
    private async Task<bool> Shorten(RelayRequest request, FailRelay command, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (command.PromptTokens is not { } counted
            || request.State.Status == RequestStatus.Streaming
            || request.State.FailedAttempts + 1 >= request.State.MaxAttempts
            || workers.FindModel(request.State.Target?.Model) is not { } model)
        {
            return false;
        }

        var branch = await messages.Branch(request.State.LeafId, request.State.Settings.ContextFrom, cancellationToken);
        if (await sessions.Find(request.State.SessionId, cancellationToken) is not { } session
            || ContextWindow.TrimCounted(branch, session.State, request.State.PromptCharacters, counted, model.ContextSize) is not { } from)
        {
            return false;
        }

        request.Shorten(command.Attempt, from, now);
        session.TrimContext(from, now);
        sessions.Save(session);
        log.Append(command.RequestId, new ReplyNotice("context_trimmed", ContextWindow.Notice) { Id = request.AddReplyEvent() });
        await requeueing.Settle(request, now, ending, work, cancellationToken);
        return true;
    }
}
