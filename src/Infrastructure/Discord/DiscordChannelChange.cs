namespace MeatLizard.Infrastructure.Discord;

/// <summary>What of a channel is to change; what is null stays as it is.</summary>
/// <param name="Overwrites">All of them: those not named are removed.</param>
public sealed record DiscordChannelChange(
    string? Name = null,
    string? Topic = null,
    Snowflake? ParentId = null,
    IReadOnlyList<DiscordOverwrite>? Overwrites = null);
