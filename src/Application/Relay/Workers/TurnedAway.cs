using System.Collections.Concurrent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>
/// When a process that has a worker's key was last turned away, because another one with the same key is that worker: somebody has copied
/// the key, and the operator is to know. This host's carriers note it here; a restart forgets it until it happens again.
/// </summary>
public sealed class TurnedAway(TimeProvider time)
{
    /// <summary>It comes again and again; that is not worth a line in the log each time.</summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<WorkerId, (DateTimeOffset Last, DateTimeOffset Told)> _workers = new();

    /// <returns>Whether it is time to tell somebody.</returns>
    public bool Note(WorkerId worker)
    {
        var now = time.GetUtcNow();
        var noted = _workers.AddOrUpdate(
            worker, _ => (now, now), (_, before) => (now, now - before.Told >= TellAgain ? now : before.Told));
        return noted.Told == now;
    }

    /// <returns>Null when it never happened.</returns>
    public DateTimeOffset? LastOf(WorkerId worker) => _workers.TryGetValue(worker, out var noted) ? noted.Last : null;
}
