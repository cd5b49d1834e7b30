using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

public interface IPlaceStore
{
    /// <summary>The one place of this kind and external id; made by a migration for the web (external id empty).</summary>
    Task<Place?> Find(PlaceKind kind, string externalId, CancellationToken cancellationToken);

    void Save(Place place);
}
