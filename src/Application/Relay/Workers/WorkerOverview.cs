using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>All that is known of one worker.</summary>
/// <param name="Enrolment">Null for the server's own worker, which needs none.</param>
/// <param name="Last">What it said when it last came; null when it never did.</param>
/// <param name="Presence">Null when it is not connected to this host.</param>
public sealed record WorkerOverview(WorkerId Id, WorkerEnrolmentState? Enrolment, WorkerState? Last, WorkerPresence? Presence)
{
    /// <summary>When this host last turned another process away that has this worker's key; null when it never did.</summary>
    public DateTimeOffset? TurnedAwayAt { get; init; }
}
