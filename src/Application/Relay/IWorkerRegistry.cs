using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Who is there, and what they have free. A host gives out only the slots of workers whose carrier it holds, so that its own
/// count is right; the truth about requests stays in the database.
/// </summary>
public interface IWorkerRegistry
{
    IReadOnlyList<WorkerPresence> List();

    /// <summary>Since when nobody is there; null while somebody is. A host that has just started has known nobody since then.</summary>
    DateTimeOffset? EmptySince { get; }

    /// <summary>A hello. A new epoch starts with all slots free.</summary>
    void Announce(WorkerId worker, string carrier, string epoch, IReadOnlyList<ModelDescriptor> models, int slots, string? problem);

    /// <summary>A heartbeat. One that is not newer than the last says nothing.</summary>
    /// <returns>False when there is no such worker here.</returns>
    bool Beat(WorkerId worker, Heartbeat beat);

    void Drain(WorkerId worker);

    void Remove(WorkerId worker);

    /// <summary>Takes a slot for a request, if one is free; at most one for each request.</summary>
    bool TryReserve(WorkerId worker, RequestId request);

    /// <summary>Gives the request's slot back; nothing happens when it holds none.</summary>
    void Release(RequestId request);

    /// <summary>The model of this name, or with null the one that would be chosen; null when nobody has it.</summary>
    ModelDescriptor? FindModel(string? name);
}
