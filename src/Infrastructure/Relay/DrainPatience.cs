namespace MeatLizard.Infrastructure.Relay;

/// <summary>How long whoever stops a worker wants to wait for what it is at.</summary>
public sealed class DrainPatience : IDisposable
{
    private readonly CancellationTokenSource _over = new();

    internal CancellationToken Over => _over.Token;

    /// <summary>No longer: what still runs is broken off now.</summary>
    public void End() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
