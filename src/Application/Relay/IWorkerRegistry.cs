using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Who is there, and what they have free. A host gives out only the slots of workers whose carrier it holds; hosts that share a
/// registry see each other's workers. The truth about requests stays in the database.
/// </summary>
public interface IWorkerRegistry
{
    IReadOnlyList<WorkerPresence> List();

    /// <summary>
    /// Since when nobody is there; null while somebody is. A host that has just started has known nobody since then; one that cannot
    /// ask the others at the moment says now, since nobody is known to be away.
    /// </summary>
    DateTimeOffset? EmptySince { get; }

    /// <summary>A hello, at this host: the last host to announce a worker is where it is. A new epoch starts with all slots free.</summary>
    void Announce(WorkerId worker, string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem);

    /// <summary>A heartbeat. One that is not newer than the last says nothing.</summary>
    /// <returns>False when there is no such worker here.</returns>
    bool Beat(WorkerId worker, Heartbeat beat);

    void Drain(WorkerId worker);

    /// <summary>It has left this host; nothing happens when it has come to another one meanwhile.</summary>
    void Remove(WorkerId worker);

    /// <summary>Takes a slot for a request, if one is free; at most one for each request.</summary>
    ValueTask<bool> TryReserve(WorkerId worker, RequestId request, CancellationToken cancellationToken);

    /// <summary>Gives the request's slot back, whichever host took it; nothing happens when it holds none.</summary>
    void Release(RequestId request);

    /// <summary>Gives the request's slot back where it is this worker's and this host took it; nothing happens otherwise.</summary>
    void Release(RequestId request, WorkerId worker);

    /// <summary>The model of this name, or with null the one that would be chosen; null when nobody has it.</summary>
    ModelDescriptor? FindModel(string? name);
}
