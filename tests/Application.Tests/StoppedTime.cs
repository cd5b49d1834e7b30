namespace MeatLizard.Application.Tests;

internal sealed class StoppedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
