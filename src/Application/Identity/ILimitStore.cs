using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

public interface ILimitStore
{
    Task<IReadOnlyList<Limit>> List(CancellationToken cancellationToken);

    /// <summary>By (scope kind, scope id, window).</summary>
    void Save(Limit limit);

    void Remove(Limit limit);
}
