using MeatLizard.Domain.Relay;
using MediatR;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>The root of a worker that may connect.</summary>
public sealed record AdmitWorker(WorkerId Id) : IRequest<Outcome<EnrolledWorker>>, IForTheHost;

internal sealed class AdmitWorkerHandler(IWorkerEnrolmentStore enrolments, IRootVault vault)
    : IRequestHandler<AdmitWorker, Outcome<EnrolledWorker>>
{
    /// <summary>The same for a worker that never was and one that was sent away: a stranger learns no names here.</summary>
    private static readonly Refusal Unknown = new(
        RefusalKind.Forbidden, "worker_unknown", "This worker is not enrolled, or not any more. Enrol it with a new code.");

    private static readonly Refusal Unreadable = new(
        RefusalKind.Unavailable, "master_key_changed", "The worker's root cannot be read: the server's master key has changed. Enrol the worker anew.");

    public async Task<Outcome<EnrolledWorker>> Handle(AdmitWorker request, CancellationToken cancellationToken)
    {
        var state = (await enrolments.Find(request.Id, cancellationToken))?.State;
        if (state is not { Status: EnrolmentStatus.Enrolled, SealedRoot: { } sealedRoot })
        {
            return Unknown;
        }

        if (vault.Open(request.Id, sealedRoot) is not { } root)
        {
            return Unreadable;
        }

        return new EnrolledWorker(request.Id, root)
        {
            Sealed = sealedRoot,
            Next = state.NextSealedRoot is { } sealedNext && vault.Open(request.Id, sealedNext) is { } next ? (next, sealedNext) : null,
        };
    }
}
