using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>A turn whose end is about to be, or has been, committed.</summary>
internal sealed record EndedTurn(RequestId RequestId, bool StopsTarget);
