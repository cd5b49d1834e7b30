using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

public interface IWorkerEnrolmentStore
{
    Task<WorkerEnrolment?> Find(WorkerId id, CancellationToken cancellationToken);

    /// <param name="codeHash">SHA-256 of an open code, lower-case hex.</param>
    Task<WorkerEnrolment?> FindByCode(string codeHash, CancellationToken cancellationToken);

    /// <summary>All of them, by name; revoked ones included.</summary>
    Task<IReadOnlyList<WorkerEnrolmentState>> List(CancellationToken cancellationToken);

    void Save(WorkerEnrolment enrolment);
}
