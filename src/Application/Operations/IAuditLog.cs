using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;

namespace MeatLizard.Application.Operations;

/// <summary>What admins have asked for. Rows are never removed.</summary>
public interface IAuditLog
{
    /// <summary>At the commit.</summary>
    void Add(AuditEntry entry);

    /// <summary>At the commit: what came of one that has begun. Nothing happens to one that is settled already.</summary>
    void Settle(Guid id, AuditOutcome outcome, string? code);

    /// <summary>The latest, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> Latest(int limit, CancellationToken cancellationToken);

    /// <summary>Page by page, newest first.</summary>
    /// <param name="limit">From 1.</param>
    /// <exception cref="FormatException">The cursor is not one that a page gave.</exception>
    Task<Page<AuditEntry>> List(int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Page by page, newest first: what this user has asked for, and what others have done to them.</summary>
    /// <param name="limit">From 1.</param>
    /// <exception cref="FormatException">The cursor is not one that a page gave.</exception>
    Task<Page<AuditEntry>> ListAbout(UserId user, int limit, string? cursor, CancellationToken cancellationToken);
}
