using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>The answers that ended requests, as they are stored. Whether the caller may see them was settled with the request.</summary>
internal sealed class StoredAnswers(IServiceScopeFactory scopes)
{
    public async Task<Message?> Find(RequestId request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMessageStore>().FindAnswer(request, cancellationToken);
    }
}
