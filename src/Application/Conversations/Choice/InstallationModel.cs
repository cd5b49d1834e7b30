using MeatLizard.Domain.Conversations.Choice;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>The installation's default, and how it stands with it.</summary>
/// <param name="Model">Null: whichever is ready.</param>
public sealed record InstallationModel(string? Model, ModelStanding Standing);
