namespace MeatLizard.Presentation.Api.Operations;

/// <summary>What the operator wants to know first.</summary>
/// <param name="Status">ok or degraded.</param>
/// <param name="DatabaseMs">A round trip, in milliseconds; null when it failed.</param>
/// <param name="Providers">Models elsewhere, in the order in which they are asked; none when nothing is configured, or nothing may leave home.</param>
/// <param name="Accelerators">What hosts share and can do without; none when nothing is configured.</param>
/// <param name="AnswerCache">Answers that are kept for whoever asks the very same again.</param>
/// <param name="Problem">Why nothing can be answered or something is slower, and what to do about it.</param>
internal sealed record DeepHealthContract(
    string Status,
    string Version,
    double? DatabaseMs,
    int? Queued,
    IReadOnlyList<WorkerHealthContract> Workers,
    IReadOnlyList<ProviderHealthContract> Providers,
    IReadOnlyList<AcceleratorHealthContract> Accelerators,
    AnswerCacheHealthContract AnswerCache,
    string? Problem);
