namespace MeatLizard.Infrastructure.Discord;

public sealed record DiscordCommandOption(DiscordOptionKind Kind, string Name, string Description)
{
    public bool IsRequired { get; init; }

    /// <summary>A sub-command's options, or a group's sub-commands.</summary>
    public IReadOnlyList<DiscordCommandOption> Options { get; init; } = [];

    /// <summary>Up to 25 values of a text option that can be chosen.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether Discord asks while somebody types, with an interaction of its own.</summary>
    public bool IsSuggested { get; init; }
}
