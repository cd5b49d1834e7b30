using System.Collections.Concurrent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay;

/// <summary>
/// Requests as the commit that gave them out left them, until their worker first speaks of them: that spares it a look at the database while
/// the first token is being made. What is not found here is read. A worker that was told before that commit is not heard before its end, and not at
/// all when it failed.
/// </summary>
public sealed class GivenOut
{
    /// <summary>A worker that never speaks leaves its request here. Forgetting costs a read, so all of them may go at once.</summary>
    private const int Most = 256;

    private readonly ConcurrentDictionary<RequestId, RelayRequest> _requests = new();
    private readonly ConcurrentDictionary<RequestId, TaskCompletionSource> _underWay = new();
    private readonly ConcurrentDictionary<(RequestId Request, int Attempt), byte> _withdrawn = new();

    internal void Remember(RelayRequest request)
    {
        if (_requests.Count >= Most)
        {
            _requests.Clear();
        }

        _requests[request.State.Id] = request;
    }

    /// <summary>Its commit begins. <see cref="Kept"/> or <see cref="Withdrawn"/> must follow, whatever comes of it.</summary>
    internal void Begin(RequestId id) => _underWay[id] = new();

    /// <summary>
    /// Its commit is there. Who has waited to be heard goes on in this thread: waking another would take a processor from those who are making the
    /// first token.
    /// </summary>
    internal void Kept(RelayRequest request)
    {
        Remember(request);
        End(request.State.Id);
    }

    /// <summary>
    /// Its commit has failed as far as anybody here knows. Should it be stored all the same, this attempt is not heard: its worker has been told to stop,
    /// and the watchdog asks again.
    /// </summary>
    internal void Withdrawn(RequestId id, int attempt)
    {
        // Each is told to stop at once; what is forgotten here is seldom still spoken of.
        if (_withdrawn.Count >= Most)
        {
            _withdrawn.Clear();
        }

        _withdrawn[(id, attempt)] = 0;
        End(id);
    }

    /// <returns>False when nothing that is said about this attempt counts.</returns>
    internal async ValueTask<bool> MayBeSpokenOf(RequestId id, int attempt, CancellationToken cancellationToken)
    {
        if (_underWay.TryGetValue(id, out var commit))
        {
            await commit.Task.WaitAsync(cancellationToken);
        }

        return !_withdrawn.ContainsKey((id, attempt));
    }

    /// <returns>Null when it is not here, or when another attempt at it is.</returns>
    internal RelayRequest? Take(RequestId id, int attempt) =>
        _requests.TryRemove(id, out var request) && request.State.Attempt == attempt ? request : null;

    private void End(RequestId id)
    {
        if (_underWay.TryRemove(id, out var commit))
        {
            commit.SetResult();
        }
    }
}
