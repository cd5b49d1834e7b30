using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

public sealed record GetSession(SessionId Id) : IRequest<Outcome<ChatSessionState>>;

internal sealed class GetSessionHandler(OwnSessions sessions) : IRequestHandler<GetSession, Outcome<ChatSessionState>>
{
    public async Task<Outcome<ChatSessionState>> Handle(GetSession query, CancellationToken cancellationToken) =>
        await sessions.Find(query.Id, cancellationToken) is { } session ? session.State : Refusal.NotFound;
}
