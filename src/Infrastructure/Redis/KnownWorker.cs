using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>A worker as it was announced.</summary>
internal sealed record KnownWorker(string Carrier, string Epoch, IReadOnlyList<ModelDescriptor> Models, int Slots, string? Problem)
{
    public bool Draining { get; init; }

    /// <summary>When it was announced, in microseconds by Redis' clock; 0 until Redis was told.</summary>
    public long Generation { get; init; }
}
