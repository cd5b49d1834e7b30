using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>A place, and how it stands with its own model.</summary>
public sealed record PlaceOverview(Place Place, ModelStanding Standing);
