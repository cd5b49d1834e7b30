namespace MeatLizard.Application.Relay.Caching;

/// <summary>What a call wants of the kept answers.</summary>
public enum CacheUse
{
    /// <summary>Only where the same question has the same answer: embeddings, and chats at temperature 0 without tools.</summary>
    AsUsual,

    /// <summary>Whatever it asks: a kept answer will do.</summary>
    Use,

    /// <summary>None is taken, and none kept.</summary>
    Off,

    /// <summary>Whatever it asks: none is taken, and the new one is kept in place of an old one.</summary>
    Refresh,
}
