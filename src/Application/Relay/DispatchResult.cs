namespace MeatLizard.Application.Relay;

/// <summary>What came of looking for somebody who answers a request.</summary>
/// <param name="IsSettled">It is under way, has ended, or never needed anybody; otherwise nobody is free, and is asked again later.</param>
/// <param name="WaitsFor">The model that it waits for; null: any would do.</param>
public sealed record DispatchResult(bool IsSettled, string? WaitsFor)
{
    public static DispatchResult Settled { get; } = new(true, null);
}
