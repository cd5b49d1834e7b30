using System.Text;

namespace MeatLizard.Domain.Relay;

/// <summary>
/// The end of an answer under way. Parts are numbered here and not by the worker, because an answer that carries on an
/// earlier one begins with a part that the worker never sent.
/// </summary>
/// <param name="Part">The part being written, from 0; -1 before the first.</param>
/// <param name="Length">UTF-16 units in that part.</param>
/// <param name="SourcePart">The worker's number of that part; -1 when the worker has not written to it yet.</param>
public sealed record ReplyCursor(int Part, ChunkKind Kind, int Length, int SourcePart)
{
    public static ReplyCursor Start { get; } = new(-1, ChunkKind.Text, 0, -1);

    public static ReplyCursor After(string carried) => new(0, ChunkKind.Text, carried.Length, -1);

    /// <param name="chunks">Chunks in order.</param>
    /// <param name="end">The cursor after them.</param>
    public IReadOnlyList<ReplyPiece> Place(IReadOnlyList<ReplyChunk> chunks, out ReplyCursor end)
    {
        var cursor = this;
        List<ReplyPiece> pieces = [];
        for (var i = 0; i < chunks.Count;)
        {
            var first = chunks[i];
            var text = first.Text;
            if (++i < chunks.Count && Follows(first, chunks[i]))
            {
                var joined = new StringBuilder(text);
                for (; i < chunks.Count && Follows(first, chunks[i]); i++)
                {
                    joined.Append(chunks[i].Text);
                }

                text = joined.ToString();
            }

            if (!cursor.Continues(first))
            {
                cursor = new(cursor.Part + 1, first.Kind, 0, first.Part);
            }

            pieces.Add(new(cursor.Part, cursor.Kind, cursor.Length, text));
            cursor = cursor with { Length = cursor.Length + text.Length, SourcePart = first.Part };
        }

        end = cursor;
        return pieces;
    }

    private static bool Follows(ReplyChunk first, ReplyChunk next) => next.Part == first.Part && next.Kind == first.Kind;

    private bool Continues(ReplyChunk chunk) => Part >= 0 && Kind == chunk.Kind && (SourcePart == chunk.Part || SourcePart < 0);
}
