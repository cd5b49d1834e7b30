using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// A request as its last commit left it, for one caller that writes to it again and again. What is taken out comes back only after
/// a commit: whoever loses a race or fails finds nothing here the next time, and reads what is stored. The version that every commit
/// checks settles whether what was remembered still held.
/// </summary>
public sealed class AttemptMemory
{
    private RelayRequest? _request;

    /// <summary>
    /// Whether that attempt is not somebody else's: a worker that was asked once knows the request's id, and must not answer for the one that
    /// was asked after it, nor for one to come. What is over is not refused here; whoever is still at it is told. What was read for this is
    /// remembered.
    /// </summary>
    public async Task<bool> MayBeHeard(
        WorkerId worker, RequestId id, int attempt, GivenOut givenOut, IRequestStore requests, CancellationToken cancellationToken)
    {
        if (!await givenOut.MayBeSpokenOf(id, attempt, cancellationToken))
        {
            return false;
        }

        _request = givenOut.Take(id, attempt) ?? await requests.Find(id, cancellationToken);
        return _request?.State switch
        {
            null => true,
            var state when attempt != state.Attempt => attempt < state.Attempt,
            { IsOpen: false } or { Status: RequestStatus.Queued } => true,
            var state => state.Target is { Kind: OriginKind.Worker or OriginKind.Provider } target && target.Name == worker.Value,
        };
    }

    internal async ValueTask<RelayRequest?> Take(RequestId id, IRequestStore requests, CancellationToken cancellationToken)
    {
        var remembered = _request;
        _request = null;
        return remembered ?? await requests.Find(id, cancellationToken);
    }

    internal void Keep(RelayRequest request) => _request = request;
}
