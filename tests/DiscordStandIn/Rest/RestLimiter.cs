using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Grants or answers with 429, and says in headers what is left.</summary>
internal sealed class RestLimiter(RateLimits limits, LimitWindows windows, Counters counters)
{
    /// <summary>Whoever has asked for too much that was refused is not heard at all.</summary>
    public bool LetsIn(string who, RestResponse response)
    {
        var invalid = windows.Look($"invalid {who}", limits.Invalid);
        if (invalid.Granted)
            return true;
        CutOff(invalid.ResetAfter, response);
        counters.Refusal("cloudflare");
        return false;
    }

    public void CountInvalid(string who, RestResponse response)
    {
        if (response.Status is 401 or 403 or 429 && !response.IsShared)
            _ = windows.Take($"invalid {who}", limits.Invalid);
    }

    public bool Grants(string who, RestRoute route, string major, RestResponse response)
    {
        if (!route.ByInteractionToken)
        {
            var all = windows.Take($"global {who}", limits.Global);
            if (!all.Granted)
            {
                Refuse(LimitScope.Global, all.ResetAfter, response);
                counters.Refusal("global");
                return false;
            }
        }

        var bucket = windows.Take(Key(who, route, major), limits.Of(route.Name));
        Show(route, bucket, response);
        if (bucket.Granted)
            return true;
        Refuse(LimitScope.User, bucket.ResetAfter, response);
        counters.Refusal("user");
        return false;
    }

    /// <summary>A 429 that a fault asks for.</summary>
    public void Inject(LimitScope scope, TimeSpan retryAfter, string who, RestRoute route, string major, RestResponse response)
    {
        counters.Refusal($"injected {scope.ToString().ToLowerInvariant()}");
        if (scope == LimitScope.Cloudflare)
        {
            CutOff(retryAfter, response);
            return;
        }

        // The headers speak of the bot's own bucket, also where it was others who have used up what they share.
        var bucket = windows.Look(Key(who, route, major), limits.Of(route.Name));
        if (scope == LimitScope.User)
            bucket = bucket with { Remaining = 0, ResetAfter = retryAfter, Reset = bucket.Reset - bucket.ResetAfter + retryAfter };
        if (scope != LimitScope.Global)
            Show(route, bucket, response);
        Refuse(scope, retryAfter, response);
    }

    private static string Key(string who, RestRoute route, string major) => $"{who} {route.Name} {major}";

    private static void Show(RestRoute route, Taken bucket, RestResponse response)
    {
        response.Header("X-RateLimit-Limit", bucket.Limit.ToString(CultureInfo.InvariantCulture));
        response.Header("X-RateLimit-Remaining", bucket.Remaining.ToString(CultureInfo.InvariantCulture));
        response.Header("X-RateLimit-Reset", (bucket.Reset.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
        response.Header("X-RateLimit-Reset-After", Seconds(bucket.ResetAfter));
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(route.Name)));
        response.Header("X-RateLimit-Bucket", name[..32]);
    }

    private static void Refuse(LimitScope scope, TimeSpan retryAfter, RestResponse response)
    {
        var global = scope == LimitScope.Global;
        response.IsShared = scope == LimitScope.Shared;
        response.Header("X-RateLimit-Scope", scope.ToString().ToLowerInvariant());
        if (global)
            response.Header("X-RateLimit-Global", "true");
        response.Header("Retry-After", Whole(retryAfter));
        response.Header("Via", "1.1 stand-in");
        response.Set(429, new JsonObject
        {
            ["message"] = scope == LimitScope.Shared ? "The resource is being rate limited." : "You are being rate limited.",
            ["retry_after"] = Math.Ceiling(retryAfter.TotalMilliseconds) / 1000,
            ["global"] = global,
        });
    }

    private static void CutOff(TimeSpan retryAfter, RestResponse response)
    {
        response.Header("Retry-After", Whole(retryAfter));
        response.Set(429, "error code: 1015");
    }

    private static string Whole(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) =>
        (Math.Ceiling(time.TotalMilliseconds) / 1000).ToString("0.000", CultureInfo.InvariantCulture);
}
