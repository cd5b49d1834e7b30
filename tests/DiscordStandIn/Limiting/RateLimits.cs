using System.Collections.Concurrent;

namespace MeatLizard.DiscordStandIn.Limiting;

/// <summary>
/// Every limit, each changeable at any time. Discord publishes few of its own and changes them; these are what bots usually meet.
/// A route is a method and a path as in Discord's documentation, below the version: <c>POST /channels/{channel}/messages</c>.
/// </summary>
public sealed class RateLimits
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RateLimit> _routes = new(new Dictionary<string, RateLimit>
    {
        ["POST /channels/{channel}/messages"] = new(5, 5 * Second),
        ["PATCH /channels/{channel}/messages/{message}"] = new(5, 5 * Second),
        ["DELETE /channels/{channel}/messages/{message}"] = new(5, 5 * Second),
        ["POST /channels/{channel}/messages/bulk-delete"] = new(1, 3 * Second),
        ["GET /channels/{channel}/messages"] = new(5, 5 * Second),
        ["POST /channels/{channel}/typing"] = new(5, 5 * Second),
        ["PATCH /channels/{channel}"] = new(2, 600 * Second),
        ["PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me"] = new(1, 0.25 * Second),
        ["POST /webhooks/{application}/{token}"] = new(5, 5 * Second),
    });

    /// <summary>For each bucket of every route that has no limit of its own.</summary>
    public RateLimit Otherwise { get; set; } = new(50, 10 * Second);

    /// <summary>All of a bot's requests together, but those that answer interactions.</summary>
    public RateLimit Global { get; set; } = new(50, Second);

    /// <summary>Answers with 401, 403 or 429 (not those of scope shared); who has more is cut off until the window ends.</summary>
    public RateLimit Invalid { get; set; } = new(10_000, 600 * Second);

    /// <summary>New sessions of a bot; who starts more loses its token.</summary>
    public RateLimit Identify { get; set; } = new(1_000, TimeSpan.FromHours(24));

    /// <summary>New sessions of a bot at once: max_concurrency and its window.</summary>
    public RateLimit IdentifyAtOnce { get; set; } = new(1, 5 * Second);

    /// <summary>What a client may send over one gateway connection.</summary>
    public RateLimit GatewaySends { get; set; } = new(120, 60 * Second);

    /// <summary>New commands of an application, for each guild and once for all.</summary>
    public RateLimit CommandCreates { get; set; } = new(200, TimeSpan.FromHours(24));

    public RateLimit Of(string route) => _routes.GetValueOrDefault(route, Otherwise);

    /// <summary>Holds from the next request on; a window that runs keeps its end.</summary>
    public void Set(string route, int requests, TimeSpan per) => _routes[route] = new RateLimit(requests, per);
}
