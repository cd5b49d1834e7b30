namespace MeatLizard.Application.Inference;

/// <summary>Whether this worker takes new work.</summary>
public sealed class WorkerReadiness
{
    private volatile bool _draining;

    public bool IsDraining => _draining;

    public void Drain() => _draining = true;
}
