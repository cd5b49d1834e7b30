using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

public interface IRateLimiter
{
    /// <summary>Takes one from all of these limits, or from none when one of them is used up.</summary>
    /// <param name="limits">Each with whose count it is: the user's id, the address.</param>
    ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken);
}
