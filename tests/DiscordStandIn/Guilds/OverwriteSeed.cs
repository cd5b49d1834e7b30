namespace MeatLizard.DiscordStandIn.Guilds;

/// <summary>For a role or for a member, by name; <c>@everyone</c> is a role.</summary>
public sealed record OverwriteSeed(string? Role = null, string? Member = null)
{
    public IReadOnlyList<string> Allow { get; init; } = [];

    public IReadOnlyList<string> Deny { get; init; } = [];
}
