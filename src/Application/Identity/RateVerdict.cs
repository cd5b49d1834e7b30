using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <param name="Limits">All that were asked.</param>
/// <param name="Decision">Null when no limit holds.</param>
public sealed record RateVerdict(IReadOnlyList<Limit> Limits, RateDecision? Decision)
{
    public bool Granted => Decision is null or { Granted: true };

    public Refusal Refusal => new(RefusalKind.Limited, "rate_limited", "Too many requests. Try again a little later.")
    {
        RetryAfter = Decision?.ResetAfter,
    };
}
