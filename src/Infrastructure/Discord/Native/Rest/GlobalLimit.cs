namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>
/// Requests a second over all routes. Discord counts a request at some moment between its sending and its answer, so a request holds its
/// place from the one until a second after the other: at no time can Discord see more.
/// </summary>
internal sealed class GlobalLimit(int perSecond, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1.005);

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _line = [];
    private readonly Queue<long> _held = [];
    private int _underWay;
    private long _blockedUntil;
    private ITimer? _timer;

    public bool TryEnter(out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = _line.Count > 0 ? Max(Wait(), TimeSpan.FromMilliseconds(1)) : Wait();
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            _underWay++;
            return true;
        }
    }

    public async Task Enter(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
        {
            if (_line.Count == 0 && Wait() == TimeSpan.Zero)
            {
                _underWay++;
                return;
            }

            place = _line.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Wake();
        }

        await using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (place.List is null)
                {
                    return;
                }

                _line.Remove(place);
            }

            place.Value.SetCanceled(cancellationToken);
        });
        await place.Value.Task;
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

    /// <summary>How long the next request would wait; zero also when that depends on requests that are under way.</summary>
    public TimeSpan BlockedFor()
    {
        lock (_gate)
        {
            return Wait() is var wait && wait == Unknown ? TimeSpan.Zero : wait;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
        }
    }

    // All places are held by requests under way: the first answer says more.
    private static readonly TimeSpan Unknown = TimeSpan.FromMilliseconds(20);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan Wait()
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

        return _underWay + _held.Count < perSecond
            ? TimeSpan.Zero
            : _held.TryPeek(out var next) ? time.GetElapsedTime(now, next) : Unknown;
    }

    private void Admit()
    {
        while (_line.First is { } first && Wait() == TimeSpan.Zero)
        {
            _line.RemoveFirst();
            _underWay++;
            first.Value.SetResult();
        }

        Wake();
    }

    private void Wake()
    {
        if (_line.Count > 0 && Wait() is { } wait && wait > TimeSpan.Zero)
        {
            _timer ??= time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTime()
    {
        lock (_gate)
        {
            Admit();
        }
    }

    private long Later(TimeSpan by) => time.GetTimestamp() + (long)(by.TotalSeconds * time.TimestampFrequency);
}
