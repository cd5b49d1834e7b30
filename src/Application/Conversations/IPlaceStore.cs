using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

public interface IPlaceStore
{
    /// <summary>The one place of this kind and external id; made by a migration for the web (external id empty).</summary>
    Task<Place?> Find(PlaceKind kind, string externalId, CancellationToken cancellationToken);

    Task<Place?> Find(PlaceId id, CancellationToken cancellationToken);

    /// <summary>All of them, by kind and name.</summary>
    Task<IReadOnlyList<Place>> List(CancellationToken cancellationToken);

    void Save(Place place);

    /// <summary>At the commit; what else holds there stays.</summary>
    /// <param name="model">Null: as the installation has it.</param>
    void SetModel(PlaceId id, string? model);
}
