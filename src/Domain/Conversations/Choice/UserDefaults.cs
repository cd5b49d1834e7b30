using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Conversations.Choice;

/// <summary>What holds in all of somebody's conversations that say nothing else.</summary>
public sealed record UserDefaults(UserId UserId)
{
    public string? Model { get; init; }

    public string? SystemPrompt { get; init; }
}
