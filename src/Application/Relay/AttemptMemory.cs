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

    internal async ValueTask<RelayRequest?> Take(RequestId id, IRequestStore requests, CancellationToken cancellationToken)
    {
        var remembered = _request;
        _request = null;
        return remembered ?? await requests.Find(id, cancellationToken);
    }

    internal void Keep(RelayRequest request) => _request = request;
}
