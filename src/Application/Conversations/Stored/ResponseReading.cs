using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations.Stored;

/// <summary>A stored response, and how far it has come.</summary>
/// <param name="Answer">What came of it; null as long as the request is open.</param>
public sealed record ResponseReading(StoredResponse Response, RelayRequestState Request, Message? Answer)
{
    /// <summary>What was asked of the limits; null when it was opened by an earlier call.</summary>
    public RateVerdict? Limits { get; init; }
}
