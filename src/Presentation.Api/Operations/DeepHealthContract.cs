namespace MeatLizard.Presentation.Api.Operations;

/// <summary>What the operator wants to know first.</summary>
/// <param name="Status">ok or degraded.</param>
/// <param name="DatabaseMs">A round trip, in milliseconds; null when it failed.</param>
/// <param name="Problem">Why nothing can be answered, and what to do about it.</param>
internal sealed record DeepHealthContract(
    string Status, string Version, double? DatabaseMs, int? Queued, IReadOnlyList<WorkerHealthContract> Workers, string? Problem);
