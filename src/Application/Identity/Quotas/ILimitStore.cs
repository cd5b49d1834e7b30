using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Quotas;

public interface ILimitStore
{
    Task<IReadOnlyList<Limit>> List(CancellationToken cancellationToken);

    /// <summary>By (scope kind, scope id, measure, window).</summary>
    void Save(Limit limit);

    void Remove(Limit limit);

    /// <summary>Every limit of this one scope.</summary>
    void RemoveAll(string scopeKind, string scopeId);
}
