using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay;

public sealed record GetRequest(RequestId Id) : IRequest<Outcome<RelayRequestState>>;

internal sealed class GetRequestHandler(IRequestStore requests, OwnSessions own) : IRequestHandler<GetRequest, Outcome<RelayRequestState>>
{
    public async Task<Outcome<RelayRequestState>> Handle(GetRequest query, CancellationToken cancellationToken) =>
        await requests.Find(query.Id, cancellationToken) is { } request
        && await own.Find(request.State.SessionId, cancellationToken) is not null
            ? request.State
            : Refusal.NotFound;
}
