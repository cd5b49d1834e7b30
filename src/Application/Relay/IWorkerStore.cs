using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

public interface IWorkerStore
{
    Task<Worker?> Find(WorkerId id, CancellationToken cancellationToken);

    Task<IReadOnlyList<WorkerState>> List(CancellationToken cancellationToken);

    void Save(Worker worker);
}
