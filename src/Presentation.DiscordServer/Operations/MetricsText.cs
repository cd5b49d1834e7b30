using System.Globalization;
using System.Text;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Presentation.DiscordServer.Relay;

namespace MeatLizard.Presentation.DiscordServer.Operations;

/// <summary>How the service is, in one message of Discord's.</summary>
internal static class MetricsText
{
    /// <summary>Discord takes 2,000 characters; the rest is for the line that says what was left out.</summary>
    private const int Room = 1_950;

    /// <param name="upSince">Shown as a time that Discord's program counts itself, so that the text stays while nothing happens.</param>
    /// <param name="deaf">Why the bot hears nothing from Discord, if it does not: it can still say so here, and nowhere else.</param>
    public static string Of(ServiceReading reading, DateTimeOffset upSince, string? deaf)
    {
        var culture = CultureInfo.InvariantCulture;
        var (queue, answers) = (reading.Queue, reading.LastHour);
        var text = new StringBuilder();
        text.Append(culture, $"**MeatLizard** \u00b7 server bot up since <t:{upSince.ToUnixTimeSeconds()}:R>\n");
        if (deaf is not null)
        {
            text.Append(culture, $"**Nothing is heard from Discord**, neither commands nor workers: {deaf}\n");
        }

        text.Append(culture, $"Speed: {reading.TokensPerSecond:0.0} tokens/s \u00b7 waiting: {queue.Queued} \u00b7 being answered: {queue.Running}\n");
        text.Append(culture, $"Last hour: {answers.Ended} answers, {answers.Failed} errors");
        text.Append(answers is { FirstTokenP50: { } p50, FirstTokenP95: { } p95 }
            ? string.Create(culture, $" \u00b7 first token p50 {p50.TotalSeconds:0.00} s, p95 {p95.TotalSeconds:0.00} s\n")
            : "\n");
        text.Append(reading.Workers.Count == 0 ? "No worker is known.\n" : "Workers:\n");
        var left = reading.Workers.Count + reading.Providers.Count;
        var lines = reading.Workers.Select(WorkerLine.Of).Concat(reading.Providers.Select(Line));
        foreach (var line in lines)
        {
            if (text.Length + line.Length + 1 > Room)
            {
                text.Append(culture, $"… and {left} more");
                break;
            }

            text.Append(line).Append('\n');
            left--;
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>A time that Discord's program counts down itself keeps the text as it is.</summary>
    private static string Line(ProviderReading provider) => provider switch
    {
        { Code: null } => $"`{provider.Name}` provider \u00b7 asked when no worker is there",
        { IsAsked: true } => $"`{provider.Name}` provider \u00b7 about to be tried again after `{provider.Code}`",
        { RetriesAt: { } at } => $"`{provider.Name}` provider \u00b7 rests, `{provider.Code}` \u00b7 asked again <t:{at.ToUnixTimeSeconds()}:R>",
        _ => $"`{provider.Name}` provider \u00b7 not asked, `{provider.Code}`",
    };
}
