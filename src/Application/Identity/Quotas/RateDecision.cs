using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>What a limiter said, for the strictest of the limits asked.</summary>
/// <param name="Limit">The one nearest to being used up, or that was met.</param>
/// <param name="Remaining">Left in its window.</param>
/// <param name="ResetAfter">Until its window begins anew.</param>
public sealed record RateDecision(bool Granted, Limit Limit, int Remaining, TimeSpan ResetAfter)
{
    /// <summary>Of all limits asked, in their order; what was granted is in them.</summary>
    public IReadOnlyList<LimitUse> Uses { get; init; } = [];

    /// <summary>What a caller is told of several limits: the one that it meets first.</summary>
    /// <param name="uses">At least one.</param>
    public static RateDecision From(bool granted, IReadOnlyList<LimitUse> uses)
    {
        // Of several that refuse, the one that lasts longest is what the caller has to wait for.
        var told = granted
            ? uses.OrderBy(use => use.Remaining).ThenByDescending(use => use.ResetAfter).First()
            : uses.Where(use => use.Refuses).MaxBy(use => use.ResetAfter)!;
        return new(granted, told.Limit, told.Remaining, told.ResetAfter) { Uses = uses };
    }
}
