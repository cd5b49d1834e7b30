namespace MeatLizard.Application.Relay.Workers;

public interface IWorkerBots
{
    Task<IReadOnlyList<WorkerBot>> List(CancellationToken cancellationToken);

    /// <summary>In place of the worker's earlier one. A bot that is another worker's makes the commit fail with a <see cref="DuplicateException"/>.</summary>
    void Save(WorkerBot bot);

    /// <summary>The worker has none then. Before what is saved after it.</summary>
    void Remove(WorkerBot bot);
}
