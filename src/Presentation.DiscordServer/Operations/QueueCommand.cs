using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Operations;

internal sealed class QueueCommand(UseCases useCases) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new GetServiceReading(), asked.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var reading) ? SlashAnswer.Refused(refusal) : new(Text(reading.Queue));
    }

    private static string Text(QueueFigures queue)
    {
        var waiting = queue.OldestQueuedAt is { } since
            ? string.Create(CultureInfo.InvariantCulture, $"Waiting: {queue.Queued}, the first since <t:{since.ToUnixTimeSeconds()}:R>.")
            : "Nobody waits.";
        var parked = queue.Parked == 0 ? "" : $"\n{queue.Parked} rows of the outbox are parked; docs/operations.md says what to do (Looking into the queue).";
        return $"{waiting}\nBeing answered: {queue.Running}. Promised in the outbox: {queue.Promised}.{parked}";
    }
}
