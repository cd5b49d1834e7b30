using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>What a response goes on from.</summary>
/// <param name="Branch">The messages, from the first that is still seen to the last answer.</param>
/// <param name="ContextFrom">The first of them, where earlier ones were left out; else null.</param>
/// <param name="TokensPerCharacter">As the engine has counted; null when it has not.</param>
internal sealed record ChainSoFar(IReadOnlyList<Message> Branch, MessageId? ContextFrom, double? TokensPerCharacter)
{
    public static ChainSoFar Nothing { get; } = new([], null, null);
}
