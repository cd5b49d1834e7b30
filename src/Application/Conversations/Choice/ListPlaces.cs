using MediatR;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>All places, by kind and name.</summary>
public sealed record ListPlaces : IRequest<Outcome<Page<PlaceOverview>>>, IForAdmins;

internal sealed class ListPlacesHandler(IPlaceStore places, ModelChooser chooser, CurrentActor current)
    : IRequestHandler<ListPlaces, Outcome<Page<PlaceOverview>>>
{
    public async Task<Outcome<Page<PlaceOverview>>> Handle(ListPlaces query, CancellationToken cancellationToken)
    {
        var all = await places.List(cancellationToken);
        return new Page<PlaceOverview>(
            [.. all.Select(place => new PlaceOverview(place, chooser.Standing(current.Required, place.Model)))], NextCursor: null);
    }
}
