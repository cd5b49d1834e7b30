using System.Globalization;
using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Inference.OpenAi;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers.</summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";

    private const string TheirLimit = "x-ratelimit-limit-requests";
    private const string TheirRemaining = "x-ratelimit-remaining-requests";
    private const string TheirReset = "x-ratelimit-reset-requests";

    /// <summary>The same in the words of OpenAI's API.</summary>
    public static IReadOnlyList<string> Theirs { get; } = [TheirLimit, TheirRemaining, TheirReset];

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
        if (OpenAiErrors.SpeaksTo(http))
        {
            http.Response.Headers[TheirLimit] = decision.Limit.Amount.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers[TheirRemaining] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers[TheirReset] = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (long)Math.Ceiling(decision.ResetAfter.TotalSeconds))}s");
        }
    }

    private static string NameOf(Limit limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.ScopeKind}-{(long)limit.Window.TotalSeconds}");
}
