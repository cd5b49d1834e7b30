using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>What a response was given as its own input, in order; not what it goes on from, and not its instructions.</summary>
public sealed record GetResponseInput(RequestId Id) : IRequest<Outcome<Page<Message>>>;

internal sealed class GetResponseInputHandler(OwnResponses own, IMessageStore messages)
    : IRequestHandler<GetResponseInput, Outcome<Page<Message>>>
{
    /// <summary>More than an input can have.</summary>
    private const int All = 100_000;

    public async Task<Outcome<Page<Message>>> Handle(GetResponseInput query, CancellationToken cancellationToken)
    {
        if (await own.Find(query.Id, cancellationToken) is not { Response: var response })
        {
            return Refusal.NotFound;
        }

        var said = await messages.List(response.SessionId, All, cursor: null, newestFirst: false, cancellationToken);
        return new Page<Message>([.. said.Items.Where(message => message.RequestId is null)], NextCursor: null);
    }
}
