namespace MeatLizard.Infrastructure.Providers;

/// <summary>A client of ours was answered with an error. What the provider wrote is left out: it may quote the prompt.</summary>
/// <param name="status">HTTP, or what an error in the middle of a stream would have been.</param>
internal sealed class ProviderRefusedException(int status, TimeSpan? retryAfter = null) : Exception($"HTTP {status}")
{
    public int Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>It was our wording that was refused, and the wire has another from now on: the same may be asked again at once.</summary>
    public bool IsOfTheWording { get; init; }
}
