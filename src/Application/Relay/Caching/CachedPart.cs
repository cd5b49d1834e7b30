using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Caching;

/// <param name="Number">Which part of the answer, from 0.</param>
public sealed record CachedPart(int Number, ChunkKind Kind, string Text);
