using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Conversations;

public sealed record GetMessage(MessageId Id) : IRequest<Outcome<Message>>;

internal sealed class GetMessageHandler(OwnSessions own) : IRequestHandler<GetMessage, Outcome<Message>>
{
    public async Task<Outcome<Message>> Handle(GetMessage query, CancellationToken cancellationToken) =>
        await own.FindMessage(query.Id, cancellationToken) is { } found ? found.Message : Refusal.NotFound;
}
