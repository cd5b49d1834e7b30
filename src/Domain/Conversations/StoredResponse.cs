using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Conversations;

/// <summary>
/// An answer that a program has asked for and that can be asked for again. The turn itself is a session of its own kind, its input messages
/// and its request, all three under the same id; here stands what is theirs alone. Never overwritten.
/// </summary>
public sealed record StoredResponse
{
    public required RequestId Id { get; init; }

    public required UserId UserId { get; init; }

    /// <summary>The response whose conversation it goes on with. It may have been deleted since.</summary>
    public RequestId? PreviousId { get; init; }

    /// <summary>Whether it goes on without its caller, who may therefore cancel it.</summary>
    public required bool Background { get; init; }

    /// <summary>What was asked for beside the input, as a JSON object of the host's that shows it.</summary>
    public required string Given { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The session that is this response's turn.</summary>
    public SessionId SessionId => new(Id.Value);
}
