using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>What holds for everybody: in each place, and everywhere.</summary>
/// <param name="Model">The installation's; null where nobody has said one.</param>
public sealed record InstallationDefaults(string? Model, IReadOnlyDictionary<PlaceId, Place> Places)
{
    /// <summary>The place and those around it, from the inside out.</summary>
    internal IEnumerable<Place> Around(PlaceId? id)
    {
        // A place around itself would be nobody's wish; no more of them are walked through than there are.
        for (var steps = 0; steps < Places.Count && id is { } inner && Places.TryGetValue(inner, out var place); steps++)
        {
            yield return place;
            id = place.ParentId;
        }
    }
}
