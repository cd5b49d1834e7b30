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
}
