namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>
/// Requests a second over all routes. Discord counts a request at some moment between its sending and its answer, so a request holds its
/// place from the one until a second after the other: at no time can Discord see more. Whoever has to wait stands in one line, the most
/// urgent first, and among equals in the order of coming: since a channel posts one message at a time, each has its turn before any has
/// its second.
/// </summary>
internal sealed class GlobalLimit(int perSecond, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1.005);

    /// <summary>All places are held by requests under way: the first answer says more.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMilliseconds(20);

    /// <summary>A tenth of all places is never held by text under way, so that an end need not wait for one to become free.</summary>
    private readonly int _forText = perSecond < 2 ? perSecond : perSecond - Math.Max(1, perSecond / 10);

    private readonly Lock _gate = new();
    private readonly List<Place> _line = [];
    private readonly Queue<long> _held = [];
    private int _underWay;
    private long _blockedUntil;
    private ITimer? _timer;

    /// <summary>Returns when there is a place; to be given back with <see cref="Leave"/>.</summary>
    public async Task Enter(DiscordTurn turn, CancellationToken cancellationToken)
    {
        var place = new Place(turn);
        turn.Raised += Look;
        try
        {
            lock (_gate)
            {
                _line.Add(place);
                Admit();
            }

            await using var registration = cancellationToken.Register(() =>
            {
                lock (_gate)
                {
                    if (!_line.Remove(place))
                    {
                        return;
                    }
                }

                place.Admitted.SetCanceled(cancellationToken);
            });
            await place.Admitted.Task;
        }
        finally
        {
            turn.Raised -= Look;
        }
    }

    /// <param name="wasSent">Otherwise the place is free again at once.</param>
    public void Leave(bool wasSent)
    {
        lock (_gate)
        {
            _underWay--;
            if (wasSent)
            {
                _held.Enqueue(Later(Window));
            }

            Admit();
        }
    }

    public void Block(TimeSpan duration)
    {
        lock (_gate)
        {
            _blockedUntil = Math.Max(_blockedUntil, Later(duration));
        }
    }

    /// <summary>How long nobody is let in, because Discord has said so.</summary>
    public TimeSpan BlockedFor()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return _blockedUntil > now ? time.GetElapsedTime(now, _blockedUntil) : TimeSpan.Zero;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
        }
    }

    private TimeSpan Wait(DiscordUrgency urgency)
    {
        var now = time.GetTimestamp();
        while (_held.TryPeek(out var until) && until <= now)
        {
            _held.Dequeue();
        }

        if (_blockedUntil > now)
        {
            return time.GetElapsedTime(now, _blockedUntil);
        }

        var tooMany = _underWay + _held.Count - (urgency == DiscordUrgency.Text ? _forText : perSecond);
        return tooMany < 0 ? TimeSpan.Zero
            : tooMany < _held.Count ? time.GetElapsedTime(now, _held.ElementAt(tooMany))
            : Unknown;
    }

    private void Admit()
    {
        while (First() is { } first && Wait(first.Turn.Urgency) == TimeSpan.Zero)
        {
            _line.Remove(first);
            _underWay++;
            first.Admitted.SetResult();
        }

        Wake();
    }

    /// <summary>When it has to wait, so have all others: nobody is let in sooner than who is more urgent.</summary>
    private Place? First() => _line.MinBy(place => place.Turn.Urgency);

    private void Wake()
    {
        if (First() is { } first && Wait(first.Turn.Urgency) is { } wait && wait > TimeSpan.Zero)
        {
            _timer ??= time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            Admit();
        }
    }

    private long Later(TimeSpan by) => time.GetTimestamp() + (long)(by.TotalSeconds * time.TimestampFrequency);

    private sealed class Place(DiscordTurn turn)
    {
        public DiscordTurn Turn => turn;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
