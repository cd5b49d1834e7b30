using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>What a worker needs to dial its server.</summary>
/// <param name="Server">http or https; the link goes the same way.</param>
/// <param name="Root">32 bytes.</param>
/// <param name="Proxy">An HTTP proxy for the way out; null: as the system says.</param>
public sealed record LinkOptions(Uri Server, WorkerId Worker, byte[] Root, Uri? Proxy)
{
    /// <summary>A root that the worker was given and has not proved itself by yet; null when there is none.</summary>
    public byte[]? NextRoot { get; init; }

    /// <summary>Where the worker keeps its roots; null: it can't be given another one.</summary>
    public IRootStore? Roots { get; init; }

    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"LinkOptions {Server} {Worker}";
}
