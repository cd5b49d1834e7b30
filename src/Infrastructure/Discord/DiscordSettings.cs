using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.Discord;

/// <summary>Section <c>Discord</c>, as an operator writes it.</summary>
/// <param name="Bot">The bot that the token belongs to.</param>
/// <param name="RelayGuild">The owner's private guild.</param>
/// <param name="RelayChannels">At most so many relay channels.</param>
/// <param name="KeepFrames">How long frames stay in the relay guild.</param>
public sealed record DiscordSettings(DiscordOptions Bot, Snowflake RelayGuild, int RelayChannels, TimeSpan KeepFrames)
{
    private const int UsualChannels = 40;
    private const int MostChannels = 200;

    private static readonly TimeSpan UsualKeeping = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestKeeping = TimeSpan.FromDays(14);

    /// <returns>Null when no token is given: then there is no Discord here.</returns>
    /// <exception cref="FormatException">A value cannot be used; the message names its key.</exception>
    public static DiscordSettings? From(IConfiguration configuration, string stateFile)
    {
        var section = configuration.GetSection("Discord");
        if (section["Token"] is not { Length: > 0 } token)
        {
            return null;
        }

        var bot = new DiscordOptions(token, stateFile);
        bot = bot with
        {
            Api = Address(section, "Api") ?? bot.Api,
            Gateway = Address(section, "Gateway"),
            Cdn = Address(section, "Cdn") is { } cdn ? [cdn] : bot.Cdn,
            Proxy = Address(section, "Proxy"),
            RepeatAfter = Span(section, "RepeatAfter", bot.RepeatAfter),
            AnswerWithin = Span(section, "AnswerWithin", bot.AnswerWithin),
            SlowestUpload = Number(section, "SlowestUpload", bot.SlowestUpload),
        };
        if (bot.Problems() is [var problem, ..])
        {
            throw new FormatException($"Discord: {problem}");
        }

        var guild = section["RelayGuildId"] is { Length: > 0 } id && Snowflake.TryParse(id, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw new FormatException("Discord:RelayGuildId is the id of your own private guild: right-click its name in Discord's developer mode.");
        var channels = Number(section, "RelayChannels", UsualChannels);
        var keeping = Span(section, "KeepFrames", UsualKeeping);
        return (channels, keeping) switch
        {
            ( < 1 or > MostChannels, _) => throw new FormatException($"Discord:RelayChannels is a number from 1 to {MostChannels}."),
            _ when keeping < TimeSpan.FromMinutes(1) || keeping > LongestKeeping =>
                throw new FormatException("Discord:KeepFrames lies between 00:01:00 and 14.00:00:00."),
            _ => new(bot, guild, channels, keeping),
        };
    }

    private static int Number(IConfiguration section, string key, int usual) =>
        section[key] is not { Length: > 0 } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <returns>Zero, which is none of them, where it is none.</returns>
    private static TimeSpan Span(IConfiguration section, string key, TimeSpan usual) =>
        section[key] is not { Length: > 0 } text ? usual
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : TimeSpan.Zero;

    private static Uri? Address(IConfiguration section, string key) =>
        section[key] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
        : throw new FormatException($"Discord:{key} is an absolute address.");
}
