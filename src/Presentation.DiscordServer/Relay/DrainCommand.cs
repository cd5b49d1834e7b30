using MeatLizard.Application;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Discord.Slash;
using MeatLizard.Presentation.DiscordServer.Operations;

namespace MeatLizard.Presentation.DiscordServer.Relay;

internal sealed class DrainCommand(UseCases useCases) : ISlashCommand
{
    public async Task<SlashAnswer> Answer(SlashCall asked, CancellationToken cancellationToken)
    {
        var id = new WorkerId(asked.Interaction.Arguments.GetValueOrDefault(CommandList.Worker, ""));
        var listed = await useCases.Send(new ListWorkers(), asked.Actor, cancellationToken);
        if (listed.IsRefused(out var refusal, out var workers))
        {
            return SlashAnswer.Refused(refusal);
        }

        if (workers.FirstOrDefault(worker => worker.Id == id) is not { } worker)
        {
            return new("There is no worker of that name. /admin workers lists those that there are.") { RefusedBecause = "not_found" };
        }

        if (worker is { Presence: null, Last.Status: WorkerStatus.Online })
        {
            // Without a Redis its host would not hear of it, and go on giving it work.
            return new($"{id} is connected to another host, which this bot does not reach. Drain it there: POST /api/v1/admin/workers/{id}/drain.")
            {
                RefusedBecause = "worker_elsewhere",
            };
        }

        var drained = await useCases.Send(new DrainWorker(id), asked.Actor, cancellationToken);
        return drained.IsRefused(out refusal, out _)
            ? SlashAnswer.Refused(refusal)
            : new($"{id} finishes what it has and gets nothing new, until it is started again.");
    }
}
