namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>A method and a path below the version, and what it does.</summary>
internal sealed record RestRoute(string Method, string Path, Func<RestCall, RestAnswer> Handle)
{
    /// <summary>The token in the path is all it takes, and the bot's global limit does not count it.</summary>
    public bool ByInteractionToken { get; init; }

    /// <summary>Anybody may ask.</summary>
    public bool Open { get; init; }

    /// <summary>As in <see cref="Limiting.RateLimits"/>.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>Buckets are kept apart by the channel, the guild or the webhook in the path.</summary>
    public string Major(RouteValueDictionary values) => Path.StartsWith("/webhooks/", StringComparison.Ordinal)
        ? $"{values["application"]}/{values["token"]}"
        : $"{values["channel"] ?? values["guild"]}";
}
