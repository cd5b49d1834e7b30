using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>A worker as this host knows it now.</summary>
/// <param name="Epoch">Hex; names the worker's process.</param>
/// <param name="SlotsFree">Slots that nobody has been given, as far as this host knows.</param>
/// <param name="Draining">It finishes what it has and takes nothing new.</param>
/// <param name="Problem">Why it cannot answer although it is there.</param>
public sealed record WorkerPresence(
    WorkerId Id,
    string Carrier,
    string Epoch,
    IReadOnlyList<ModelDescriptor> Models,
    int Slots,
    int SlotsFree,
    bool Draining,
    string? Problem)
{
    /// <summary>Why it takes nothing new, in words for the operator; null when it does.</summary>
    public string? DrainReason { get; init; }

    /// <summary>Its last heartbeat; null before the first.</summary>
    public Heartbeat? LastBeat { get; init; }

    /// <summary>When it last said hello or beat.</summary>
    public DateTimeOffset HeardAt { get; init; }

    /// <summary>Another host holds its carrier: this one neither reaches it nor gives out its slots.</summary>
    public bool IsElsewhere { get; init; }
}
