namespace MeatLizard.Infrastructure.Discord;

/// <summary>With Discord's numbers.</summary>
public enum DiscordInteractionKind
{
    Command = 2,
    Component = 3,
    Suggestion = 4,
    Form = 5,
}
