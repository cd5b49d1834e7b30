using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>Something that a call has to take in; one of the three.</summary>
/// <param name="Said">By the worker that is at it.</param>
/// <param name="Turn">A slot was taken for it.</param>
/// <param name="Gone">Why its worker will say no more.</param>
internal readonly record struct StatelessNotice(IAttemptMessage? Said, StatelessTurn? Turn = null, MessageError? Gone = null)
{
    /// <summary>With <see cref="Gone"/>: which attempt that was.</summary>
    public int Attempt { get; init; }
}

/// <summary>A slot that was taken for a call, on this worker and for this model of its; or a provider, which has no slots, in a worker's clothes.</summary>
internal sealed record StatelessTurn(WorkerPresence Worker, string Model, OriginKind Kind);
