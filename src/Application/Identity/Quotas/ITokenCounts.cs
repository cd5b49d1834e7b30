using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>What answers have cost, by whom quotas are for.</summary>
public interface ITokenCounts
{
    /// <summary>Tokens of answers that ended in this time; those of a group are its present members'.</summary>
    /// <param name="subject">An id of the limit's scope.</param>
    Task<long> Count(Limit limit, string subject, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);
}
