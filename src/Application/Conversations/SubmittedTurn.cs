using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations;

/// <summary>A turn that is durable: the question and the request that will answer it.</summary>
public sealed record SubmittedTurn(Message Message, RelayRequestState Request)
{
    /// <summary>What was asked of the limits; null when the turn was opened by an earlier call.</summary>
    public RateVerdict? Limits { get; init; }

    /// <summary>The events that there are, from the first on, where that is known; otherwise none.</summary>
    public IReadOnlyList<ReplyEvent> Events { get; init; } = [];
}
