using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Counts what limits are about, exactly, however many ask at once.</summary>
public interface IRateLimiter
{
    /// <summary>Takes one from all of these limits, or from none when one of them is used up.</summary>
    /// <param name="limits">Of requests, each with whose count it is: the user's id, the address.</param>
    ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken);

    /// <summary>
    /// Takes for one answer what each of these limits counts, from all or from none: a request, a place among the open answers, and the tokens
    /// that the answer may cost, but never more than the limit's whole amount. What is held is given back by <see cref="Settle"/>, and by itself at
    /// the reservation's end.
    /// </summary>
    /// <param name="used">How many tokens were settled in the window that runs; asked where that is not known, or not of late.</param>
    ValueTask<RateDecision> Reserve(
        Reservation wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken);

    /// <summary>
    /// Once the answer's cost is stored: its place is free, and what it has cost stands where was held what it might. The first time alone; of an
    /// answer that nothing is held for nothing happens.
    /// </summary>
    /// <param name="tokens">From 0.</param>
    ValueTask Settle(Guid answer, int tokens, CancellationToken cancellationToken);

    /// <summary>How far each of these limits is used, without taking anything.</summary>
    ValueTask<IReadOnlyList<LimitUse>> Look(
        IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken);
}
