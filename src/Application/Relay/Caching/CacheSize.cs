namespace MeatLizard.Application.Relay.Caching;

/// <param name="Entries">How many answers are kept.</param>
/// <param name="Bytes">About how much they take.</param>
public sealed record CacheSize(long Entries, long Bytes);
