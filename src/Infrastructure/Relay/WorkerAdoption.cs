using MeatLizard.Application;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>Takes over the workers that the configuration names: once at each start, when the database is there.</summary>
public sealed class WorkerAdoption(ConfiguredWorkers workers, UseCases useCases)
{
    /// <exception cref="FormatException">One of them can't be taken over; the message names its key.</exception>
    public async Task Run(CancellationToken cancellationToken)
    {
        WorkerId[] configured = [.. workers.Elsewhere.Select(worker => new WorkerId(worker.Name))];
        foreach (var worker in workers.Elsewhere)
        {
            if (worker is { IsInDiscord: true, BotId: null })
            {
                throw new FormatException(
                    $"{ConfiguredWorkers.Section}:{worker.Name}:BotId is missing: it is the worker's application id, by which the server knows it in Discord.");
            }

            var adopted = await useCases.Send(
                new AdoptWorker(worker.Name, Convert.FromHexString(worker.Key), worker.BotId) { Configured = configured },
                actor: null,
                cancellationToken);
            if (adopted.Refusal is { } refusal)
            {
                throw new FormatException($"{ConfiguredWorkers.Section}:{worker.Name}: {refusal.Detail}");
            }
        }
    }
}
