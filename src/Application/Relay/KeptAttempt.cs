using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>An attempt that the server has not acknowledged the end of.</summary>
/// <param name="Attempt">From 1.</param>
public sealed record KeptAttempt(RequestId RequestId, int Attempt);
