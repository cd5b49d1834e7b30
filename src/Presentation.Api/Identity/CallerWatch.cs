using MeatLizard.Application.Identity;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>
/// Looks now and then whether callers would still be let in: what stays open for longer than a call must not go on telling things to
/// somebody whose key was revoked or has expired. One look for all that a credential has open.
/// </summary>
internal sealed partial class CallerWatch : IDisposable
{
    /// <summary>What is revoked elsewhere must not be good for more than five seconds, with the look itself.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(4);

    private readonly Credentials _credentials;
    private readonly ILogger<CallerWatch> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _open = [];
    private readonly PeriodicTimer _timer;

    public CallerWatch(Credentials credentials, TimeProvider time, ILogger<CallerWatch> log)
    {
        (_credentials, _log) = (credentials, log);
        _timer = new(Every, time);
        _credentials.Doubted += LookNow;
        _ = LookAlways();
    }

    /// <param name="caller">To be watched until what comes back is disposed.</param>
    public Standing Over(Caller caller)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(caller.Hash, out var watched))
            {
                _open[caller.Hash] = watched = new(caller);
            }

            watched.Count++;
            return new(this, watched);
        }
    }

    public void Dispose()
    {
        _credentials.Doubted -= LookNow;
        _timer.Dispose();
    }

    private async Task LookAlways()
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            await Look(_ => true);
        }
    }

    private void LookNow(Predicate<Caller> isMeant) => _ = Task.Run(() => Look(isMeant));

    private async Task Look(Predicate<Caller> isMeant)
    {
        Watched[] open;
        lock (_gate)
        {
            open = [.. _open.Values];
        }

        foreach (var watched in open.Where(one => isMeant(one.Caller)))
        {
            try
            {
                if (!await _credentials.StillStands(watched.Caller, CancellationToken.None))
                {
                    await Fall(watched);
                }
            }
#pragma warning disable CA1031 // A database that is away for a moment revokes nobody; the next look tells.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                CannotTell(failure);
            }
        }
    }

    private Task Fall(Watched watched)
    {
        lock (_gate)
        {
            // Whoever is let in with it again later is watched anew.
            _ = _open.Remove(watched.Caller.Hash);
        }

        return watched.Fallen.CancelAsync();
    }

    private void Leave(Watched watched)
    {
        lock (_gate)
        {
            if (--watched.Count == 0 && _open.TryGetValue(watched.Caller.Hash, out var open) && open == watched)
            {
                _ = _open.Remove(watched.Caller.Hash);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Whether a caller still stands could not be told; it is looked at again.")]
    private partial void CannotTell(Exception failure);

    /// <summary>Of one caller, as long as something of theirs is open.</summary>
    internal sealed class Standing : IDisposable
    {
        private readonly CallerWatch _watch;
        private readonly Watched _watched;
        private bool _isOver;

        internal Standing(CallerWatch watch, Watched watched) => (_watch, _watched) = (watch, watched);

        /// <summary>Fires when the caller would not be let in any more.</summary>
        public CancellationToken Fallen => _watched.Fallen.Token;

        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                _watch.Leave(_watched);
            }
        }
    }

    internal sealed class Watched(Caller caller)
    {
        public Caller Caller => caller;

        public int Count { get; set; }

        // Not disposed: the look that is under way when the stream ends may still want to fire it.
        public CancellationTokenSource Fallen { get; } = new();
    }
}
