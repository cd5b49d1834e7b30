using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>The actor's own stored responses. Somebody else's and a missing one are the same nothing.</summary>
internal sealed class OwnResponses(IResponseStore responses, IRequestStore requests, IMessageStore messages, CurrentActor current)
{
    public async Task<ResponseReading?> Find(RequestId id, CancellationToken cancellationToken)
    {
        if (await responses.Find(id, cancellationToken) is not { } response
            || response.UserId != current.Required.UserId
            || await requests.Find(id, cancellationToken) is not { State: var request })
        {
            return null;
        }

        if (request.IsOpen)
        {
            return new(response, request, null);
        }

        // An end without its answer was deleted between the two looks.
        return await messages.FindAnswer(id, cancellationToken) is { } answer ? new(response, request, answer) : null;
    }
}
