using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class ReplyCursorTests
{
    /// <summary>A reader who puts each piece where it says has the worker's text, however the chunks were grouped into commits.</summary>
    [Test]
    public void Pieces_put_together_by_part_and_offset_are_the_text() => Prop.ForAll(
        Answers().ToArbitrary(),
        answer =>
        {
            var (carried, chunks, size) = answer;
            List<(ChunkKind Kind, StringBuilder Text)> read = carried.Length > 0 ? [(ChunkKind.Text, new(carried))] : [];
            var cursor = carried.Length > 0 ? ReplyCursor.After(carried) : ReplyCursor.Start;
            foreach (var group in chunks.Chunk(size))
            {
                foreach (var piece in cursor.Place(group, out cursor))
                {
                    if (piece.Part == read.Count)
                    {
                        read.Add((piece.Kind, new()));
                    }

                    Assert.That(piece.Part, Is.EqualTo(read.Count - 1), "Only the last part grows.");
                    Assert.That(piece.Kind, Is.EqualTo(read[^1].Kind), "A part has one kind.");
                    Assert.That(piece.Offset, Is.EqualTo(read[^1].Text.Length), "Nothing is skipped or said twice.");
                    read[^1].Text.Append(piece.Text);
                }
            }

            Assert.That(read.Select(part => (part.Kind, part.Text.ToString())), Is.EqualTo(Expected(carried, chunks)));
            Assert.That((cursor.Part, cursor.Length), Is.EqualTo((read.Count - 1, read.Count > 0 ? read[^1].Text.Length : 0)));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_run_of_chunks_of_one_part_is_one_piece()
    {
        var pieces = ReplyCursor.Start.Place(
            [
                Requests.Chunk(0, "hm", 0, ChunkKind.Reasoning),
                Requests.Chunk(1, " so", 0, ChunkKind.Reasoning),
                Requests.Chunk(2, "The", 1),
                Requests.Chunk(3, " sun", 1),
            ],
            out var end);
        Assert.That(
            pieces,
            Is.EqualTo([new ReplyPiece(0, ChunkKind.Reasoning, 0, "hm so"), new ReplyPiece(1, ChunkKind.Text, 0, "The sun")]));
        Assert.That(end, Is.EqualTo(new ReplyCursor(1, ChunkKind.Text, 7, 1)));
    }

    [Test]
    public void The_first_text_goes_on_where_the_carried_text_ends()
    {
        var pieces = ReplyCursor.After("Once").Place([Requests.Chunk(0, " upon")], out _);
        Assert.That(pieces, Is.EqualTo([new ReplyPiece(0, ChunkKind.Text, 4, " upon")]));
    }

    [Test]
    public void Thinking_aloud_first_leaves_the_carried_text_a_part_of_its_own()
    {
        ReplyChunk[] chunks = [Requests.Chunk(0, "hm", 0, ChunkKind.Reasoning), Requests.Chunk(1, " upon", 1)];
        Assert.That(
            ReplyCursor.After("Once").Place(chunks, out _),
            Is.EqualTo([new ReplyPiece(1, ChunkKind.Reasoning, 0, "hm"), new ReplyPiece(2, ChunkKind.Text, 0, " upon")]));
    }

    [Test]
    public void Two_tool_calls_in_a_row_are_two_parts()
    {
        var pieces = ReplyCursor.Start.Place(
            [Requests.Chunk(0, "{1}", 0, ChunkKind.ToolCall), Requests.Chunk(1, "{2}", 1, ChunkKind.ToolCall)],
            out _);
        Assert.That(pieces.Select(piece => piece.Part), Is.EqualTo([0, 1]));
    }

    [Test]
    public void Offsets_count_UTF_16_units()
    {
        ReplyCursor.Start.Place([Requests.Chunk(0, "🦎é")], out var end);
        Assert.That(end.Length, Is.EqualTo(3));
    }

    private static IEnumerable<(ChunkKind, string)> Expected(string carried, ReplyChunk[] chunks)
    {
        List<(int Source, ChunkKind Kind, string Text)> parts = carried.Length > 0 ? [(-1, ChunkKind.Text, carried)] : [];
        foreach (var chunk in chunks)
        {
            var goesOn = parts.Count > 0
                && parts[^1].Kind == chunk.Kind
                && (parts[^1].Source == chunk.Part || parts[^1].Source < 0);
            parts = goesOn
                ? [.. parts[..^1], (chunk.Part, chunk.Kind, parts[^1].Text + chunk.Text)]
                : [.. parts, (chunk.Part, chunk.Kind, chunk.Text)];
        }

        return parts.Select(part => (part.Kind, part.Text));
    }

    private static Gen<(string Carried, ReplyChunk[] Chunks, int Size)> Answers() =>
        from carried in Gen.Elements(string.Empty, "Once", "🦎")
        from steps in Steps().ArrayOf()
        from size in Gen.Choose(1, 5)
        select (carried, Numbered(steps), size);

    private static Gen<(string Text, bool NewPart, ChunkKind Kind)> Steps() =>
        from text in Gen.Elements("a", "bc", " ", "🦎", "\n", "{}", string.Empty)
        from part in Gen.Choose(0, 3)
        from kind in Gen.Elements(Enum.GetValues<ChunkKind>())
        select (text, part == 0, kind);

    private static ReplyChunk[] Numbered((string Text, bool NewPart, ChunkKind Kind)[] steps)
    {
        var (part, kind) = (0, ChunkKind.Text);
        var chunks = new ReplyChunk[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            (part, kind) = steps[i].NewPart ? (part + 1, steps[i].Kind) : (part, kind);
            chunks[i] = new(i, part, kind, steps[i].Text);
        }

        return chunks;
    }
}
