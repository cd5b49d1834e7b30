namespace MeatLizard.DiscordStandIn.Limiting;

/// <summary>So many requests in every window of this length; a window begins with its first request.</summary>
public sealed record RateLimit(int Requests, TimeSpan Per);
