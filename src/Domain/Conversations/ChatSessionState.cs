using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Conversations;

public sealed record ChatSessionState
{
    public required SessionId Id { get; init; }

    public required UserId OwnerId { get; init; }

    public required PlaceId PlaceId { get; init; }

    public required SessionStatus Status { get; init; }

    public SessionKind Kind { get; init; } = SessionKind.Chat;

    public string? Title { get; init; }

    /// <summary>Null: the place's or the installation's choice.</summary>
    public string? Model { get; init; }

    public string? SystemPrompt { get; init; }

    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    public string? Persona { get; init; }

    /// <summary>The message that the next one answers; null while the session is empty.</summary>
    public MessageId? LeafId { get; init; }

    /// <summary>The turn that is under way. At most one.</summary>
    public RequestId? OpenRequestId { get; init; }

    /// <summary>The sequence that the next message gets.</summary>
    public long NextSequence { get; init; } = 1;

    /// <summary>
    /// Where the prompt begins on the current branch, after earlier turns no longer fitted the model's window; null: at the
    /// beginning. It moves in large steps, because every move costs the engine its prompt cache.
    /// </summary>
    public MessageId? ContextFrom { get; init; }

    /// <summary>What the engine counted at the last turn, per UTF-16 unit of the prompt's text; null before the first answer.</summary>
    public double? TokensPerCharacter { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}
