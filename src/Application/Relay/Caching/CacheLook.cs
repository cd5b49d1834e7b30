namespace MeatLizard.Application.Relay.Caching;

/// <summary>What looking for a kept answer has brought, and whether the new one is to be kept.</summary>
/// <param name="Key">Under which it is kept; null when it isn't.</param>
/// <param name="Found">Null when there was none, or none was wanted.</param>
/// <param name="Note">Of what was found; null when there is nothing to tell.</param>
internal sealed record CacheLook(AnswerKey? Key, CachedAnswer? Found, CacheNote? Note)
{
    /// <summary>The call has nothing to do with kept answers.</summary>
    public static CacheLook None { get; } = new(null, null, null);

    public bool IsHit => Note?.Outcome == CacheOutcome.Hit;

    /// <summary>There is an old answer, for when nobody can give a new one.</summary>
    public bool IsStale => Note?.Outcome == CacheOutcome.Stale;
}
