namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>
/// One count of Discord's, as its headers tell it. Discord counts when a request arrives there, we when its answer arrives here, so what
/// is counted on is never more than what is left.
/// </summary>
internal sealed class RateBucket(TimeProvider time)
{
    // Discord rounds to milliseconds, and timers can be early by as much.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(5);

    // Two answers of one window name its end a little differently; later than by this, it is the next window's.
    private static readonly TimeSpan SameWindow = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private int _limit;
    private int _remaining;
    private int _underWay;
    private bool _isGuessed;
    private TimeSpan _window;
    private long _resetAt;
    private long _blockedUntil;

    /// <summary>Nothing is known any more that a new bucket would not know.</summary>
    public bool IsForgotten
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                return _underWay == 0 && now >= _resetAt && now >= _blockedUntil;
            }
        }
    }

    public int UnderWay
    {
        get
        {
            lock (_gate)
            {
                return _underWay;
            }
        }
    }

    /// <summary>Takes one of what is left, or says how long there is nothing left.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            wait = WaitAt(now);
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            if (_limit > 0)
            {
                if (now >= _resetAt)
                {
                    // Until the answer says more precisely when this window ends.
                    _remaining = _limit;
                    _resetAt = Later(now, _window);
                    _isGuessed = true;
                }

                _remaining--;
            }

            _underWay++;
            return true;
        }
    }

    /// <summary>
    /// The request has ended. What it took stays taken: without an answer nobody knows whether Discord has counted it.
    /// </summary>
    public void Release()
    {
        lock (_gate)
        {
            _underWay--;
        }
    }

    public void Learn(RateHeaders headers)
    {
        if (headers.Bucket is null || headers.Limit <= 0)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var resetAt = Later(now, headers.ResetAfter + Margin);
            var isNextWindow = _limit == 0 || _isGuessed || now >= _resetAt || resetAt > Later(_resetAt, SameWindow);

            // Of those still under way Discord may have counted some already and others not yet.
            _remaining = isNextWindow
                ? Math.Max(0, headers.Remaining - _underWay)
                : Math.Max(0, Math.Min(_remaining, headers.Remaining));
            _isGuessed = false;
            _limit = headers.Limit;
            _resetAt = resetAt;
            _window = headers.Remaining == headers.Limit - 1 || headers.ResetAfter > _window ? headers.ResetAfter : _window;
        }
    }

    public void Block(TimeSpan duration)
    {
        lock (_gate)
        {
            _blockedUntil = Math.Max(_blockedUntil, Later(time.GetTimestamp(), duration + Margin));
        }
    }

    public DiscordBudget Look()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var isOver = now >= _resetAt;
            var remaining = _limit == 0 ? Math.Max(0, 1 - _underWay) : isOver ? _limit : _remaining;
            return new(
                _limit,
                now < _blockedUntil ? 0 : remaining,
                isOver || _remaining == _limit ? TimeSpan.Zero : time.GetElapsedTime(now, _resetAt),
                WaitAt(now),
                0);
        }
    }

    private TimeSpan WaitAt(long now)
    {
        var until = _blockedUntil;
        if (_limit > 0 && _remaining <= 0)
        {
            until = Math.Max(until, _resetAt);
        }

        return until > now ? time.GetElapsedTime(now, until) : TimeSpan.Zero;
    }

    private long Later(long timestamp, TimeSpan by) => timestamp + (long)(by.TotalSeconds * time.TimestampFrequency);
}
