using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>The call that made a response was hung up: unless it goes on in the background, nobody is to write it for nobody.</summary>
public sealed record LeaveStoredResponse(RequestId Id) : IRequest<Outcome<Unit>>;

internal sealed class LeaveStoredResponseHandler(OwnResponses own, ResponseStopping stopping)
    : IRequestHandler<LeaveStoredResponse, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(LeaveStoredResponse command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { } reading)
        {
            return Refusal.NotFound;
        }

        if (reading is { Response.Background: false, Request.IsOpen: true })
        {
            await stopping.Stop(reading.Response, cancellationToken);
        }

        return Unit.Value;
    }
}
