using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>A turn whose end is about to be, or has been, committed.</summary>
/// <param name="Tokens">That it has cost; null when nothing is held for it.</param>
internal sealed record EndedTurn(RequestId RequestId, bool StopsTarget, int? Tokens);
