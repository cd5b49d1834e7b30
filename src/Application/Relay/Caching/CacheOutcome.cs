namespace MeatLizard.Application.Relay.Caching;

/// <summary>What has become of looking for a kept answer.</summary>
public enum CacheOutcome
{
    /// <summary>There was none that will do; a model was asked.</summary>
    Miss,

    /// <summary>It is given in place of a new one.</summary>
    Hit,

    /// <summary>It is too old for that, and given because nobody could answer.</summary>
    Stale,
}
