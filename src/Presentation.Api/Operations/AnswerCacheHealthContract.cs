namespace MeatLizard.Presentation.Api.Operations;

/// <summary>The answers that are kept; what was looked for is of this host since it began.</summary>
/// <param name="Entries">How many are kept; null while Redis, where they are, is away.</param>
/// <param name="Misses">Questions that a kept answer would have done for, and that had none.</param>
/// <param name="Stale">Of the misses, those where an old answer stood in because nobody could give a new one.</param>
/// <param name="HitRate">From 0 to 1; null before the first such question.</param>
internal sealed record AnswerCacheHealthContract(
    bool Enabled, long? Entries, long? Bytes, long Hits, long Misses, long Stale, double? HitRate);
