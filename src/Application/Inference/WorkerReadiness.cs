namespace MeatLizard.Application.Inference;

/// <summary>Whether this worker takes new work, and why not.</summary>
public sealed class WorkerReadiness
{
    private volatile string? _drained;
    private volatile string? _rests;

    public bool IsDraining => Reason is not null;

    /// <summary>Why it takes nothing new, for people; null when it does.</summary>
    public string? Reason => _drained ?? _rests;

    /// <summary>For as long as this process lives. The first reason stands.</summary>
    public void Drain(string reason) => _drained ??= reason;

    /// <summary>Until it is called again with null.</summary>
    public void Rest(string? reason) => _rests = reason;
}
