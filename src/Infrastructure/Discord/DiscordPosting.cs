namespace MeatLizard.Infrastructure.Discord;

/// <summary>What became of a post that was not to wait.</summary>
/// <param name="Message">The message; null when the budget is spent and nothing was sent.</param>
/// <param name="NotBefore">When nothing was sent: how long to wait before it is worth asking again. Otherwise zero.</param>
public sealed record DiscordPosting(DiscordMessage? Message, TimeSpan NotBefore);
