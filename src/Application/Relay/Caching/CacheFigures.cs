namespace MeatLizard.Application.Relay.Caching;

/// <summary>What was looked for at this host since it began.</summary>
public sealed record CacheFigures(long Hits, long Misses, long Stale)
{
    /// <summary>From 0 to 1: how many of the questions that a kept answer would have done for had one. Null when there were none.</summary>
    public double? HitRate => Hits + Misses == 0 ? null : (double)Hits / (Hits + Misses);
}
