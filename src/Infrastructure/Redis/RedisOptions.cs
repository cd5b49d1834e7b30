namespace MeatLizard.Infrastructure.Redis;

/// <summary>The Redis that hosts share. Without it each host counts and wakes for itself.</summary>
public sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>
    /// <c>Redis:ConnectionString</c>: <c>host:port</c>, then what the server wants, e.g. <c>,password=…,ssl=true,defaultDatabase=1</c>;
    /// empty: no Redis. Secret.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// <c>Redis:Timeout</c>: whoever waits for Redis waits no longer than this, and the others not at all, until it answers again. More than
    /// zero, at most 10 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>Redis:Prefix</c>: with what all keys and channels begin; installations that share a Redis need one each. 1 to 64 characters.</summary>
    public string Prefix { get; set; } = "meatlizard";
}
