namespace MeatLizard.Application.Relay;

/// <summary>While paused, this host takes messages and gives none out: for maintenance, and to measure what taking costs.</summary>
public sealed class DispatchGate(OutboxBell bell)
{
    private volatile bool _paused;

    public bool IsPaused => _paused;

    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        bell.Ring();
    }
}
