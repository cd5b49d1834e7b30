using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>How far a limit is used.</summary>
/// <param name="Subject">Whose count it is.</param>
/// <param name="Used">What is held for open answers is part of it; it may be more than the amount.</param>
/// <param name="ResetAfter">Until its window begins anew; zero for what is open at the same time.</param>
public sealed record LimitUse(Limit Limit, string Subject, int Used, TimeSpan ResetAfter)
{
    /// <summary>It has not enough left for what was asked.</summary>
    public bool Refuses { get; init; }

    public int Remaining => Math.Max(0, Limit.Amount - Used);

    /// <summary>What one answer takes of this limit.</summary>
    /// <param name="tokens">That it may cost.</param>
    public static int Share(Limit limit, int tokens) => limit.Measure == LimitMeasure.Tokens ? Math.Min(tokens, limit.Amount) : 1;
}
