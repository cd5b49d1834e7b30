using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>Stops a background response; what has arrived is kept. Cancelling what has ended changes nothing.</summary>
public sealed record CancelStoredResponse(RequestId Id) : IRequest<Outcome<ResponseReading>>;

internal sealed class CancelStoredResponseHandler(OwnResponses own, ResponseStopping stopping)
    : IRequestHandler<CancelStoredResponse, Outcome<ResponseReading>>
{
    public async Task<Outcome<ResponseReading>> Handle(CancelStoredResponse command, CancellationToken cancellationToken)
    {
        if (await own.Find(command.Id, cancellationToken) is not { } reading)
        {
            return Refusal.NotFound;
        }

        if (!reading.Response.Background)
        {
            return Refusal.Invalid(
                "background",
                "not_background",
                "Only a response that was made with background: true can be cancelled. Any other is stopped by hanging up the call that made it.");
        }

        if (!reading.Request.IsOpen)
        {
            return reading;
        }

        await stopping.Stop(reading.Response, cancellationToken);
        return await own.Find(command.Id, cancellationToken) is { } stopped ? stopped : Refusal.NotFound;
    }
}
