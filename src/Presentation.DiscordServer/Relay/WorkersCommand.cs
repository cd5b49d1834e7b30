using MeatLizard.Application;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Presentation.DiscordServer.Relay;

internal sealed class WorkersCommand(UseCases useCases) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListWorkers(), asked.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var workers) ? SlashAnswer.Refused(refusal)
            : new(workers.Count == 0 ? "No worker is known. Invite one: POST /api/v1/admin/workers." : string.Join('\n', workers.Select(WorkerLine.Of)));
    }
}
