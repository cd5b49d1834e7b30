using System.Globalization;
using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers.</summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";

    public static void Write(HttpContext http, RateVerdict verdict)
    {
        if (verdict.Decision is not { } decision)
        {
            return;
        }

        http.Response.Headers[Policy] = string.Join(", ", verdict.Limits.Select(limit =>
            string.Create(CultureInfo.InvariantCulture, $"\"{NameOf(limit)}\";q={limit.Amount};w={(long)limit.Window.TotalSeconds}")));
        http.Response.Headers[State] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{NameOf(decision.Limit)}\";r={decision.Remaining};t={Math.Max(0, (long)Math.Ceiling(decision.ResetAfter.TotalSeconds))}");
    }

    private static string NameOf(Limit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.ScopeKind}-{(long)limit.Window.TotalSeconds}");
}
