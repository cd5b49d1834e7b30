using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Relay;

/// <summary>All that a new request is made from.</summary>
/// <param name="LeafId">The message that is to be answered.</param>
/// <param name="AnswerId">The id that the answer will have.</param>
public sealed record RelayRequestOrder(
    RequestId Id,
    SessionId SessionId,
    UserId UserId,
    MessageId LeafId,
    MessageId AnswerId,
    RequestSettings Settings,
    RelayDeadlines Deadlines,
    int MaxAttempts)
{
    /// <summary>The text of the cut-off answer that is to be carried on: the new answer begins with it.</summary>
    public string? Carried { get; init; }
}
