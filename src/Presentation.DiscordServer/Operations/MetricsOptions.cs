using MeatLizard.Infrastructure.Discord;

namespace MeatLizard.Presentation.DiscordServer.Operations;

/// <param name="Channel">Null: #ai-metrics in the guild.</param>
internal sealed record MetricsOptions(Snowflake Guild, Snowflake? Channel)
{
    /// <summary>How often the message is looked after.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(15);
}
