namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>The time of day, which a test moves on; timers run as ever.</summary>
internal sealed class AheadTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
