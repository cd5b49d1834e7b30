using MeatLizard.Domain.Conversations.Choice;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>Somebody's defaults, and how it stands with the model among them.</summary>
public sealed record OwnDefaults(UserDefaults Said, ModelStanding Standing);
