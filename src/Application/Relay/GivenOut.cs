using System.Collections.Concurrent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Requests as the commit that gave them out left them, until their worker first speaks of them: that spares it a look at the database while
/// the first token is being made. What is not found here is read.
/// </summary>
public sealed class GivenOut
{
    /// <summary>A worker that never speaks leaves its request here. Forgetting costs a read, so all of them may go at once.</summary>
    private const int Most = 256;

    private readonly ConcurrentDictionary<RequestId, RelayRequest> _requests = new();

    internal void Remember(RelayRequest request)
    {
        if (_requests.Count >= Most)
        {
            _requests.Clear();
        }

        _requests[request.State.Id] = request;
    }

    /// <returns>Null when it is not here, or when another attempt at it is.</returns>
    internal RelayRequest? Take(RequestId id, int attempt) =>
        _requests.TryRemove(id, out var request) && request.State.Attempt == attempt ? request : null;
}
