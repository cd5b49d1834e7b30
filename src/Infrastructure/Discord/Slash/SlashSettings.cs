using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.Discord.Slash;

/// <summary>What an operator may say about commands and metrics, in the section <c>Discord</c>.</summary>
/// <param name="AdminGuilds">More guilds whose administrators may use the admins' commands.</param>
/// <param name="MetricsChannel">Null: #ai-metrics in the relay guild.</param>
public sealed record SlashSettings(IReadOnlyList<Snowflake> AdminGuilds, Snowflake? MetricsChannel)
{
    /// <exception cref="FormatException">A value cannot be used; the message names its key.</exception>
    public static SlashSettings From(IConfiguration configuration)
    {
        var section = configuration.GetSection("Discord");
        var guilds = (section["AdminGuilds"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(id => Snowflake.TryParse(id, CultureInfo.InvariantCulture, out var guild)
                ? guild
                : throw new FormatException("Discord:AdminGuilds has ids of guilds, separated by commas."));
        return new([.. guilds], section["MetricsChannelId"] switch
        {
            null or "" => null,
            var id when Snowflake.TryParse(id, CultureInfo.InvariantCulture, out var channel) => channel,
            _ => throw new FormatException("Discord:MetricsChannelId is the id of a channel: right-click its name in Discord's developer mode."),
        });
    }
}
