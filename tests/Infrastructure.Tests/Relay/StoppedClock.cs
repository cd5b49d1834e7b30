using System.Threading.Channels;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>A clock that a test moves by hand; it says when somebody has begun to wait for it.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private readonly Channel<long> waits = Channel.CreateUnbounded<long>();
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Until one more timer has been set.</summary>
    public async Task SomebodyWaits() => await waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public void Advance(TimeSpan by)
    {
        List<Alarm> due;
        lock (gate)
        {
            now += by.Ticks;
            due = alarms.FindAll(alarm => alarm.Due <= now);
            alarms.RemoveAll(due.Contains);
        }

        foreach (var alarm in due) alarm.Ring();
    }

    private sealed class Alarm(StoppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
                if (dueTime < TimeSpan.Zero) return true;

                Due = clock.now + dueTime.Ticks;
                clock.alarms.Add(this);
            }

            clock.waits.Writer.TryWrite(Due);
            return true;
        }

        public void Ring() => callback(state);

        public void Dispose()
        {
            lock (clock.gate) clock.alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
