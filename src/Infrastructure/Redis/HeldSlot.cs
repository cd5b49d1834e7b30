using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>A slot that a request has.</summary>
/// <param name="Epoch">Of the worker's process that it was taken of.</param>
internal sealed record HeldSlot(WorkerId Worker, string Epoch)
{
    /// <summary>False while Redis is still being asked for it.</summary>
    public bool IsCertain { get; init; } = true;

    public (WorkerId, string) Place => (Worker, Epoch);
}
