using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Operations;

internal sealed class MetricsCommand(UseCases useCases, MetricsBoard board) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new GetServiceReading(), asked.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var reading) ? SlashAnswer.Refused(refusal) : new(MetricsText.Of(reading, board.UpSince, deaf: null));
    }
}
