namespace MeatLizard.DiscordStandIn.Limiting;

/// <summary>What a window said to one more request.</summary>
internal sealed record Taken(bool Granted, int Limit, int Remaining, TimeSpan ResetAfter, DateTimeOffset Reset);
