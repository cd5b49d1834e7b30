using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>What a worker needs to dial its server.</summary>
/// <param name="Server">http or https; the link goes the same way.</param>
/// <param name="Root">32 bytes.</param>
/// <param name="Proxy">An HTTP proxy for the way out; null: as the system says.</param>
public sealed record LinkOptions(Uri Server, WorkerId Worker, byte[] Root, Uri? Proxy)
{
    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"LinkOptions {Server} {Worker}";
}
