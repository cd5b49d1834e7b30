using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Operations;

/// <summary>What answers cost, for reports and quotas; it outlives the conversations.</summary>
public interface IUsageLog
{
    /// <summary>
    /// At the commit. A request is counted once: a second entry fails the commit with <see cref="DuplicateException"/> (<c>usage_entry</c>).
    /// </summary>
    void Add(UsageEntry entry);

    /// <summary>A user's, page by page, oldest first.</summary>
    /// <param name="limit">From 1.</param>
    /// <exception cref="FormatException">The cursor is not one that a page gave.</exception>
    Task<Page<UsageEntry>> List(UserId user, int limit, string? cursor, CancellationToken cancellationToken);
}
