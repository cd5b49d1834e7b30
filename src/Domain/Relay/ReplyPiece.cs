namespace MeatLizard.Domain.Relay;

/// <summary>What a reader adds to an answer.</summary>
/// <param name="Part">Which part of the answer, from 0.</param>
/// <param name="Offset">Where in the part it goes, in UTF-16 units.</param>
public sealed record ReplyPiece(int Part, ChunkKind Kind, int Offset, string Text);
