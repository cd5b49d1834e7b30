namespace MeatLizard.Infrastructure.Discord;

/// <param name="Since">When this state began.</param>
/// <param name="Problem">What went wrong last, in a sentence; null while all is well.</param>
/// <param name="IdentifiesLeft">How many new sessions can be begun now, by Discord's count of the day and by our own of the hour.</param>
/// <param name="NextTry">When waiting: when the next try is made.</param>
/// <param name="RoundTrip">Of the last heartbeat; null before the first.</param>
public sealed record DiscordGatewayStatus(
    DiscordGatewayState State,
    DateTimeOffset Since,
    string? Problem,
    int IdentifiesLeft,
    DateTimeOffset? NextTry,
    TimeSpan? RoundTrip);
