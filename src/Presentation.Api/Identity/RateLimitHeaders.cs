using System.Globalization;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Inference.OpenAi;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers.</summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy";
    public const string State = "RateLimit";

    private const string Requests = "requests";
    private const string Tokens = "tokens";

    /// <summary>The same in the words of OpenAI's API.</summary>
    public static IReadOnlyList<string> Theirs { get; } =
        [.. new[] { Requests, Tokens }.SelectMany(what => new[] { LimitOf(what), RemainingOf(what), ResetOf(what) })];

    /// <summary>What was granted, beside what was granted before. A refusal says itself what it is about.</summary>
    public static void Write(HttpContext http, RateVerdict? verdict)
    {
        if (verdict?.Decision is { Granted: true } decision)
        {
            Add(http, Policy, PoliciesOf(verdict));
            Add(http, State, StateOf(decision));
            WriteTheirs(http, decision.Uses);
        }
    }

    /// <summary>The limit that was met, and no other.</summary>
    public static void WriteRefused(HttpContext http, RateVerdict verdict)
    {
        if (verdict.Decision is not { } decision)
        {
            return;
        }

        Add(http, Policy, PoliciesOf(verdict));
        http.Response.Headers[State] = StateOf(decision);
        WriteTheirs(http, decision.Uses);
        if (decision.Limit.Measure == LimitMeasure.Tokens && OpenAiErrors.SpeaksTo(http))
        {
            // A quota is not to be had back in the seconds that those clients would wait.
            OpenAiErrors.SayNotToRetry(http);
        }
    }

    private static void WriteTheirs(HttpContext http, IReadOnlyList<LimitUse> uses)
    {
        if (OpenAiErrors.SpeaksTo(http))
        {
            WriteTheirs(http, Requests, uses.Where(use => use.Limit.Measure == LimitMeasure.Requests));
            WriteTheirs(http, Tokens, uses.Where(use => use.Limit.Measure == LimitMeasure.Tokens));
        }
    }

    /// <summary>The nearest of those that are counted so.</summary>
    private static void WriteTheirs(HttpContext http, string what, IEnumerable<LimitUse> uses)
    {
        var headers = http.Response.Headers;
        if (uses.OrderBy(use => use.Remaining).ThenByDescending(use => use.ResetAfter).FirstOrDefault() is not { } nearest
            || (int.TryParse(headers[RemainingOf(what)], CultureInfo.InvariantCulture, out var said)
                && (said < nearest.Remaining || (said == nearest.Remaining && SaidReset(headers, what) >= Seconds(nearest.ResetAfter)))))
        {
            return;
        }

        headers[LimitOf(what)] = nearest.Limit.Amount.ToString(CultureInfo.InvariantCulture);
        headers[RemainingOf(what)] = nearest.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[ResetOf(what)] = $"{Seconds(nearest.ResetAfter)}s";
    }

    private static void Add(HttpContext http, string header, string value)
    {
        var said = http.Response.Headers[header].ToString();
        http.Response.Headers[header] = said.Length == 0 ? value : $"{said}, {value}";
    }

    private static string PoliciesOf(RateVerdict verdict) => string.Join(", ", verdict.Limits.Select(limit => limit.Measure switch
    {
        LimitMeasure.Concurrency => Text($"\"{NameOf(limit)}\";q={limit.Amount};qu=\"concurrent-requests\""),
        LimitMeasure.Tokens => Text($"\"{NameOf(limit)}\";q={limit.Amount};qu=\"tokens\";w={(long)limit.Window.TotalSeconds}"),
        _ => Text($"\"{NameOf(limit)}\";q={limit.Amount};w={(long)limit.Window.TotalSeconds}"),
    }));

    private static string StateOf(RateDecision decision) => decision.Limit.Measure == LimitMeasure.Concurrency
        ? Text($"\"{NameOf(decision.Limit)}\";r={decision.Remaining}")
        : Text($"\"{NameOf(decision.Limit)}\";r={decision.Remaining};t={Seconds(decision.ResetAfter)}");

    private static string NameOf(Limit limit) => limit.Measure switch
    {
        LimitMeasure.Concurrency => $"{limit.ScopeKind}-open",
        LimitMeasure.Tokens => Text($"{limit.ScopeKind}-tokens-{(long)limit.Window.TotalSeconds}"),
        _ => Text($"{limit.ScopeKind}-{(long)limit.Window.TotalSeconds}"),
    };

    private static long Seconds(TimeSpan time) => Math.Max(0, (long)Math.Ceiling(time.TotalSeconds));

    /// <summary>Of two that leave as little, the one that lasts longer is the nearer: the limits are asked in two steps.</summary>
    private static long SaidReset(IHeaderDictionary headers, string what) =>
        long.TryParse(headers[ResetOf(what)].ToString().TrimEnd('s'), CultureInfo.InvariantCulture, out var said) ? said : 0;

    private static string LimitOf(string what) => $"x-ratelimit-limit-{what}";

    private static string RemainingOf(string what) => $"x-ratelimit-remaining-{what}";

    private static string ResetOf(string what) => $"x-ratelimit-reset-{what}";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
