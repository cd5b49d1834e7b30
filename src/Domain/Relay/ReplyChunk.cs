namespace MeatLizard.Domain.Relay;

/// <summary>A piece of an answer as the worker cut it.</summary>
/// <param name="Sequence">From 0 within the attempt.</param>
/// <param name="Part">Which part of the answer, from 0.</param>
public sealed record ReplyChunk(int Sequence, int Part, ChunkKind Kind, string Text);
