using System.Collections.Concurrent;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// Conversations that wait for their next question, as this process's last commit left them: who asks it need not wait for the database to say so.
/// Somebody else may have changed them since, which the version shows at the commit; then nothing is remembered for a while, because somebody else
/// writes here too. Nothing is kept for longer than ten minutes.
/// </summary>
internal sealed class SessionMemory : IDisposable
{
    /// <summary>Of each of the two halves.</summary>
    private const int Most = 256;

    /// <summary>Characters. Whoever tells the model so much waits for other things.</summary>
    private const int LongestPrompt = 4096;

    /// <summary>How many turns nothing is remembered for after somebody else has been found to write here.</summary>
    private const int TurnsOfDistrust = 2;

    private static readonly TimeSpan Half = TimeSpan.FromMinutes(5);

    private readonly Lock _turning = new();
    private readonly ITimer _timer;
    private volatile Halves _halves = new([], []);
    private volatile int _distrust;
    private volatile int _generation;

    public SessionMemory(TimeProvider time) => _timer = time.CreateTimer(static memory => ((SessionMemory)memory!).Turn(), this, Half, Half);

    /// <summary>Rises whenever all is forgotten.</summary>
    public int Generation => _generation;

    public ChatSession? Find(SessionId id) => _halves is var halves && (halves.Young.TryGetValue(id, out var known) || halves.Old.TryGetValue(id, out known))
        ? new(known.State, known.Version)
        : null;

    /// <summary>It is stored as it is. One that no question can follow is forgotten.</summary>
    /// <param name="generation">When its commit began: what was forgotten meanwhile does not come back.</param>
    public void Keep(ChatSession chat, int generation)
    {
        Forget(chat.State.Id);
        if (_distrust > 0
            || chat.State is not { Kind: SessionKind.Chat, Status: SessionStatus.Active, OpenRequestId: null, SystemPrompt: null or { Length: <= LongestPrompt } })
        {
            return;
        }

        if (_halves.Young.Count >= Most)
        {
            Turn();
        }

        lock (_turning)
        {
            if (generation == _generation)
            {
                _halves.Young[chat.State.Id] = new(chat.State, chat.Version);
            }
        }
    }

    public void Forget(SessionId id)
    {
        var halves = _halves;
        _ = halves.Young.TryRemove(id, out _);
        _ = halves.Old.TryRemove(id, out _);
    }

    public void Clear()
    {
        lock (_turning)
        {
            _generation++;
            _halves = new([], []);
        }
    }

    /// <summary>A commit came second.</summary>
    public void Distrust()
    {
        _distrust = TurnsOfDistrust;
        Clear();
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The older half goes, the younger one becomes it.</summary>
    private void Turn()
    {
        lock (_turning)
        {
            _halves = new([], _halves.Young);
            _distrust = Math.Max(0, _distrust - 1);
        }
    }

    private sealed record Known(ChatSessionState State, long Version);

    private sealed record Halves(ConcurrentDictionary<SessionId, Known> Young, ConcurrentDictionary<SessionId, Known> Old);
}
