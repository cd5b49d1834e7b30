using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>Deletes a response with all that was said in it; one under way is stopped first.</summary>
public sealed record DeleteStoredResponse(RequestId Id) : IRequest<Outcome<Unit>>;

internal sealed class DeleteStoredResponseHandler(
    OwnResponses own,
    IResponseStore responses,
    ISessionStore sessions,
    TurnEnding ending,
    IUnitOfWork work,
    TimeProvider time) : IRequestHandler<DeleteStoredResponse, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(DeleteStoredResponse command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { Response: var response }
            || await sessions.Find(response.SessionId, cancellationToken) is not { } session)
        {
            return Refusal.NotFound;
        }

        var cancelled = await ending.CancelOpenTurn(session, time.GetUtcNow(), cancellationToken);
        responses.Remove(command.Id);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await ending.Announce(cancelled);
        return Unit.Value;
    }
}
