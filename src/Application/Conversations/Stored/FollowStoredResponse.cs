using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>That a response's events may be read from the first on: <c>events_gone</c> when they are not kept any more.</summary>
public sealed record FollowStoredResponse(RequestId Id) : IRequest<Outcome<ResponseReading>>;

internal sealed class FollowStoredResponseHandler(OwnResponses own, IReplyLog log)
    : IRequestHandler<FollowStoredResponse, Outcome<ResponseReading>>
{
    public async Task<Outcome<ResponseReading>> Handle(FollowStoredResponse query, CancellationToken cancellationToken)
    {
        if (await own.Find(query.Id, cancellationToken) is not { } reading)
        {
            return Refusal.NotFound;
        }

        return await log.Read(query.Id, after: 0, limit: 1, cancellationToken) is [{ Id: 1 }]
            ? reading
            : Refusal.Invalid(
                "stream", "events_gone", "A response's events are kept for 24 hours after its end. Leave stream out, and you get the response itself.");
    }
}
