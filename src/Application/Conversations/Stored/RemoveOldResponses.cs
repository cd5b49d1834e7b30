using MediatR;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>
/// Removes the responses that were made before this time. One that a later one goes on from stays for as long as that does, or a conversation
/// would lose its beginning while it is under way.
/// </summary>
public sealed record RemoveOldResponses(DateTimeOffset Before) : IRequest<Outcome<int>>, IForTheHost;

internal sealed class RemoveOldResponsesHandler(IResponseStore responses, IUnitOfWork work) : IRequestHandler<RemoveOldResponses, Outcome<int>>
{
    /// <summary>A few at a time: whoever streams must not wait long for the database.</summary>
    private const int AtOnce = 50;

    public async Task<Outcome<int>> Handle(RemoveOldResponses command, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (await responses.ListOld(command.Before, AtOnce, cancellationToken) is { Count: > 0 } old)
        {
            foreach (var id in old)
            {
                responses.Remove(id);
            }

            await work.Commit(CommitDurability.Relaxed, cancellationToken);
            removed += old.Count;
        }

        return removed;
    }
}
