namespace MeatLizard.Infrastructure.Discord;

/// <summary>What is known of the posts that a channel takes, as Discord's last headers said it, counted on to now.</summary>
/// <param name="Limit">Posts a window; 0 before the first answer has told.</param>
/// <param name="Remaining">
/// How many posts may be begun now without waiting: those under way and in line are taken off already. While <paramref name="Limit"/>
/// is 0 it is 1 until a post has been begun, and 0 from then until its answer is there.
/// </param>
/// <param name="ResetsAfter">Until <paramref name="Remaining"/> is <paramref name="Limit"/> again. Zero when it is, or when nothing is known.</param>
/// <param name="BlockedFor">
/// How long the next post would wait at least: for this channel's window, or because of a 429. For the bot's limit over all channels it
/// stands in line; how long nobody can say, since others can be more urgent.
/// </param>
/// <param name="Waiting">Posts of this process under way and in line for this channel.</param>
public sealed record DiscordBudget(int Limit, int Remaining, TimeSpan ResetsAfter, TimeSpan BlockedFor, int Waiting);
