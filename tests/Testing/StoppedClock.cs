using System.Threading.Channels;

namespace MeatLizard.Testing;

/// <summary>A clock that a test moves by hand; it says when somebody has begun to wait for it.</summary>
public sealed class StoppedClock : TimeProvider
{
    private static readonly DateTimeOffset Began = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly Channel<long> _waits = Channel.CreateUnbounded<long>();
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => Began.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Until one more timer has been set.</summary>
    public async Task SomebodyWaits() => await _waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Until a timer rings in exactly so long.</summary>
    public Task SomebodyWaits(TimeSpan time) => Eventually.Is(() =>
    {
        lock (_gate)
        {
            return _alarms.Exists(alarm => alarm.Due == _now + time.Ticks);
        }
    });

    /// <summary>A periodic timer rings once, however often it would have.</summary>
    public void Advance(TimeSpan by)
    {
        List<Alarm> due;
        lock (_gate)
        {
            _now += by.Ticks;
            due = _alarms.FindAll(alarm => alarm.Due <= _now);
            due.ForEach(alarm => alarm.Wind());
        }

        due.ForEach(alarm => alarm.Ring());
    }

    private sealed class Alarm(StoppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                _period = period;
                clock._alarms.Remove(this);
                if (dueTime < TimeSpan.Zero)
                {
                    return true;
                }

                Due = clock._now + dueTime.Ticks;
                clock._alarms.Add(this);
            }

            clock._waits.Writer.TryWrite(Due);
            return true;
        }

        /// <summary>Under the clock's lock: for the next time, if there is one.</summary>
        public void Wind()
        {
            if (_period > TimeSpan.Zero)
            {
                Due = clock._now + _period.Ticks;
            }
            else
            {
                clock._alarms.Remove(this);
            }
        }

        public void Ring() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
