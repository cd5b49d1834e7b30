using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What a stateless call's reader is told. The last one is either <see cref="StatelessCompleted"/> or <see cref="StatelessFailed"/>.</summary>
public abstract record StatelessEvent
{
    public virtual bool IsEnd => false;
}

/// <summary>Somebody was asked. Again for another attempt, but only before any text.</summary>
public sealed record StatelessStarted(Origin Origin) : StatelessEvent
{
    /// <summary>What has become of looking for a kept answer; null when nobody has looked.</summary>
    public CacheNote? Cache { get; init; }
}

/// <summary>More of the answer, in order.</summary>
public sealed record StatelessPiece(ReplyPiece Piece) : StatelessEvent;

/// <summary>What one input of an embedding was turned into; in order, right before the end.</summary>
/// <param name="Index">Of the input, from 0.</param>
public sealed record StatelessVector(int Index, IReadOnlyList<float> Vector) : StatelessEvent;

public sealed record StatelessCompleted(FinishReason Finish, TokenUsage Usage, Origin Origin) : StatelessEvent
{
    public override bool IsEnd => true;
}

/// <summary>There is no answer, or no more of it.</summary>
public sealed record StatelessFailed(MessageError Error) : StatelessEvent
{
    public override bool IsEnd => true;
}
