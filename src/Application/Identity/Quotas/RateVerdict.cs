using System.Globalization;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <param name="Limits">All that were asked.</param>
/// <param name="Decision">Null when no limit holds.</param>
public sealed record RateVerdict(IReadOnlyList<Limit> Limits, RateDecision? Decision)
{
    /// <summary>A place among open answers has no window: whoever waits tries again soon.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public bool Granted => Decision is null or { Granted: true };

    public Refusal Refusal => Decision is not { } met
        ? throw new InvalidOperationException("No limit was met.")
        : new(RefusalKind.Limited, CodeOf(met.Limit), Describe(met))
        {
            RetryAfter = met.ResetAfter > TimeSpan.Zero ? met.ResetAfter : Soon,
            Limits = this,
        };

    private static string CodeOf(Limit limit) => limit.Measure switch
    {
        LimitMeasure.Tokens => "quota_exceeded",
        LimitMeasure.Concurrency => "too_many_open",
        _ => "rate_limited",
    };

    private static string Describe(RateDecision met)
    {
        var whose = met.Limit.ScopeKind switch
        {
            Limit.User or ChangeLimits.Kind => "you",
            Limit.Group => "your group",
            Limit.Key => "this API key",
            Limit.Place => "this place",
            Limit.Model => "this model",
            _ => "your address",
        };
        return met.Limit.Measure switch
        {
            LimitMeasure.Tokens => string.Create(
                CultureInfo.InvariantCulture,
                $"The limit of {met.Limit.Amount} tokens {NameOf(met.Limit.Window)} for {whose} leaves {met.Remaining}, and the answer may cost more. Ask for a shorter one, or wait until the limit begins anew."),
            LimitMeasure.Concurrency => string.Create(
                CultureInfo.InvariantCulture,
                $"The limit of {met.Limit.Amount} open answers at a time for {whose} is used up. Try again when one has ended."),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"Too many {(met.Limit.ScopeKind == ChangeLimits.Kind ? ChangeLimits.Kind : "requests")}: the limit of {met.Limit.Amount} {NameOf(met.Limit.Window)} for {whose} is used up. Try again a little later."),
        };
    }

    private static string NameOf(TimeSpan window) =>
        window == TimeSpan.FromMinutes(1) ? "a minute"
        : window == TimeSpan.FromHours(1) ? "an hour"
        : window == TimeSpan.FromDays(1) ? "a day"
        : window == Limit.Month ? "a month"
        : string.Create(CultureInfo.InvariantCulture, $"a window of {window.TotalSeconds} seconds");
}
