using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>What a limiter said, for the strictest of the limits asked.</summary>
/// <param name="Limit">The one nearest to being used up, or used up.</param>
/// <param name="Remaining">Left in its window.</param>
/// <param name="ResetAfter">Until its window begins anew.</param>
public sealed record RateDecision(bool Granted, Limit Limit, int Remaining, TimeSpan ResetAfter);
