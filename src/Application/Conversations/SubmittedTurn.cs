using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Conversations;

/// <summary>A turn that is durable: the question and the request that will answer it.</summary>
public sealed record SubmittedTurn(Message Message, RelayRequestState Request);
