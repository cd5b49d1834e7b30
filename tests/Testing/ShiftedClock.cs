namespace MeatLizard.Testing;

/// <summary>A clock that goes as it should and is wrong.</summary>
/// <param name="by">How far it is ahead.</param>
public sealed class ShiftedClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
