using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.People;

/// <summary>One link at most for each user.</summary>
public interface IRecoveryStore
{
    Task<OpenRecovery?> Find(string hash, CancellationToken cancellationToken);

    /// <summary>The user's own; null when there is none.</summary>
    Task<OpenRecovery?> FindOf(UserId user, CancellationToken cancellationToken);

    /// <summary>Replaces the user's earlier one.</summary>
    void Offer(OpenRecovery recovery);

    /// <summary>Uses the link up: the commit fails with <see cref="ConcurrencyConflictException"/> if somebody was first.</summary>
    void Use(string hash);
}
