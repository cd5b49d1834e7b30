using System.Globalization;
using MeatLizard.Application.Identity.Quotas;

namespace MeatLizard.Application.Identity.Lockout;

/// <summary>What somebody is told who has tried too often. It is the same whether there is such an account or not.</summary>
public static class SignInWait
{
    public static Refusal Refusal(RateVerdict verdict)
    {
        var wait = Words(verdict.Decision?.ResetAfter ?? TimeSpan.Zero);
        return verdict.Refusal with
        {
            Detail = verdict.Decision?.Limit.ScopeKind == SignInLimits.Account
                ? $"There were too many tries to sign in to this account. Try again in {wait}, or in a browser in which you have signed in before."
                : $"There were too many tries from here. Try again in {wait}.",
        };
    }

    private static string Words(TimeSpan wait) => wait switch
    {
        { TotalSeconds: < 90 } => Count(wait.TotalSeconds, "second"),
        { TotalMinutes: < 90 } => Count(wait.TotalMinutes, "minute"),
        _ => Count(wait.TotalHours, "hour"),
    };

    private static string Count(double amount, string unit)
    {
        var whole = Math.Max(1, (long)Math.Ceiling(amount));
        return string.Create(CultureInfo.InvariantCulture, $"{whole} {unit}{(whole == 1 ? "" : "s")}");
    }
}
