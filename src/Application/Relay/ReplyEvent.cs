using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>One thing that a reader of an answer is told. Committed before it is sent.</summary>
public abstract record ReplyEvent
{
    /// <summary>From 1, without gaps, within the request.</summary>
    public required long Id { get; init; }

    /// <summary>Whether it is the last one.</summary>
    public virtual bool IsEnd => false;
}

/// <param name="Position">How many requests stand before it; 0 when it goes out at once.</param>
public sealed record ReplyQueued(MessageId MessageId, int Position) : ReplyEvent;

public sealed record ReplyStarted(int Attempt, Origin Origin) : ReplyEvent;

/// <param name="Code">E.g. <c>context_trimmed</c>.</param>
public sealed record ReplyNotice(string Code, string Detail) : ReplyEvent;

/// <param name="Attempt">0: text carried over from the answer that is being continued.</param>
/// <param name="Offset">In UTF-16 units of the part.</param>
public sealed record ReplyDelta(int Attempt, int Part, ChunkKind Kind, int Offset, string Text) : ReplyEvent;

public sealed record ReplyCompleted(MessageId AnswerId) : ReplyEvent
{
    public override bool IsEnd => true;
}

public sealed record ReplyFailed(MessageId AnswerId, MessageError Error) : ReplyEvent
{
    public override bool IsEnd => true;
}

public sealed record ReplyCancelled(MessageId AnswerId) : ReplyEvent
{
    public override bool IsEnd => true;
}
