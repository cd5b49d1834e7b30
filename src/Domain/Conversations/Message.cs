using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Conversations;

/// <summary>
/// One node of a session's tree. Never overwritten: regenerating and editing add siblings. <see cref="Sequence"/> orders
/// arrival; what a prompt contains follows <see cref="ParentId"/> alone.
/// </summary>
public sealed record Message
{
    public required MessageId Id { get; init; }

    public required SessionId SessionId { get; init; }

    /// <summary>Null for the first message of a session (and for an edit of it).</summary>
    public required MessageId? ParentId { get; init; }

    /// <summary>From 1, unique within the session.</summary>
    public required long Sequence { get; init; }

    public required MessageRole Role { get; init; }

    public required IReadOnlyList<MessagePart> Parts { get; init; }

    public required MessageStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who wrote it, for a user's message.</summary>
    public UserId? AuthorId { get; init; }

    /// <summary>For an answer.</summary>
    public Origin? Origin { get; init; }

    /// <summary>For an answer whose engine counted.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The request that an answer ended. One request has one answer.</summary>
    public RequestId? RequestId { get; init; }

    /// <summary>The caller's own id for a user's message; unique within the session.</summary>
    public string? ClientKey { get; init; }

    public MessageError? Error { get; init; }

    /// <summary>The text parts, joined: what search and plain-text readers see.</summary>
    public string Text => Parts is [TextPart only] ? only.Text : string.Concat(Parts.OfType<TextPart>().Select(part => part.Text));
}
