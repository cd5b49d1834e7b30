namespace MeatLizard.DiscordStandIn.Posted;

public sealed record LedgerEdit(string Content, DateTimeOffset At);
