using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

public sealed record GetStoredResponse(RequestId Id) : IRequest<Outcome<ResponseReading>>;

internal sealed class GetStoredResponseHandler(OwnResponses own) : IRequestHandler<GetStoredResponse, Outcome<ResponseReading>>
{
    public async Task<Outcome<ResponseReading>> Handle(GetStoredResponse query, CancellationToken cancellationToken) =>
        await own.Find(query.Id, cancellationToken) is { } reading ? reading : Refusal.NotFound;
}
