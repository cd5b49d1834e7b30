namespace MeatLizard.Application.Operations;

/// <summary>What is to be done now.</summary>
/// <param name="Queued">Requests that wait for somebody who can answer.</param>
/// <param name="Running">Requests that somebody works on.</param>
/// <param name="OldestQueuedAt">Since when the first of those that wait does; null when nobody waits.</param>
/// <param name="Promised">Rows in the outbox, parked ones apart.</param>
/// <param name="Parked">Rows in the outbox that were set aside for the operator.</param>
public sealed record QueueFigures(int Queued, int Running, DateTimeOffset? OldestQueuedAt, int Promised, int Parked);
