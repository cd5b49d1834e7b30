namespace MeatLizard.Domain.Relay;

/// <summary>A machine that answers, and the route on which it is reached.</summary>
public sealed class Worker(WorkerState state, long storedVersion) : AggregateRoot<WorkerState>(state, storedVersion)
{
    /// <summary>The worker's first hello ever.</summary>
    public static Worker Join(WorkerState arrival)
    {
        var worker = new Worker(arrival, storedVersion: 0);
        worker.Apply(arrival with { Status = WorkerStatus.Online }, new WorkerCameOnline(arrival.Id, arrival.Epoch));
        return worker;
    }

    /// <summary>A hello: from whatever state, the worker is there, perhaps as a new process.</summary>
    /// <returns>Whether it is another process than before, which knows nothing of the attempts given to the old one.</returns>
    public bool Announce(WorkerState arrival)
    {
        if (arrival.Id != State.Id)
        {
            throw new DomainException("wrong_worker", "The hello is another worker's.");
        }

        var restarted = arrival.Epoch != State.Epoch;
        var status = !restarted && State.Status == WorkerStatus.Draining ? WorkerStatus.Draining : WorkerStatus.Online;
        Apply(arrival with { Status = status }, new WorkerCameOnline(State.Id, arrival.Epoch));
        return restarted;
    }

    public void Drain()
    {
        if (State.Status != WorkerStatus.Online)
        {
            throw new DomainException("worker_not_online", "Only a worker that is online can be drained.");
        }

        Apply(State with { Status = WorkerStatus.Draining }, new WorkerDraining(State.Id));
    }

    public void Leave(DateTimeOffset now)
    {
        if (State.Status == WorkerStatus.Offline)
        {
            throw new DomainException("worker_offline", "The worker is offline already.");
        }

        Apply(State with { Status = WorkerStatus.Offline, SeenAt = now }, new WorkerWentOffline(State.Id));
    }
}
