using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>The conversation that ends with a response as a prompt, for a call that goes on from it and is not stored itself.</summary>
public sealed record RecallResponse(RequestId Id) : IRequest<Outcome<Page<PromptMessage>>>;

internal sealed class RecallResponseHandler(ResponseChain chain) : IRequestHandler<RecallResponse, Outcome<Page<PromptMessage>>>
{
    public async Task<Outcome<Page<PromptMessage>>> Handle(RecallResponse query, CancellationToken cancellationToken)
    {
        var outcome = await chain.Recall(query.Id, cancellationToken);
        return outcome.IsRefused(out var refusal, out var recalled)
            ? refusal
            : new Page<PromptMessage>(PromptComposer.AsTheyAre(recalled.Branch), NextCursor: null);
    }
}
