namespace MeatLizard.Application.Relay.Caching;

/// <summary>What a caller is told of where their answer comes from.</summary>
/// <param name="Age">Of a kept answer: how long ago it was written; zero of a new one.</param>
public sealed record CacheNote(CacheOutcome Outcome, TimeSpan Age);
