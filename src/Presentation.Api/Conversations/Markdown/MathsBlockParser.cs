using Markdig.Parsers;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Maths in lines of its own, between <c>\[</c> and <c>\]</c> or <c>$$</c> and <c>$$</c>: a line in it that begins with + or - is no list.
/// It ends with an empty line at the latest, as it does in TeX, so that an opening alone never takes the rest of an answer.
/// </summary>
internal sealed class MathsBlockParser : BlockParser
{
    public MathsBlockParser() => OpeningCharacters = ['\\', '$'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        var end = processor.Line.AsSpan().Trim() switch { "\\[" => "\\]", "$$" => "$$", _ => null };
        if (processor.IsCodeIndent || end is null || (end == "$$" && IsOpenIn(processor.CurrentBlock)))
            return BlockState.None;
        processor.NewBlocks.Push(new MathsBlock(this, end) { Column = processor.Column, Span = new(processor.Start, processor.Line.End) });
        return BlockState.Continue;
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        if (processor.IsBlankLine)
            return BlockState.BreakDiscard;
        processor.GoToColumn(processor.ColumnBeforeIndent);
        block.UpdateSpanEnd(processor.Line.End);
        return processor.Line.AsSpan().Contains(((MathsBlock)block).End, StringComparison.Ordinal) ? BlockState.Break : BlockState.Continue;
    }

    /// <summary>True where these dollars end what the sentence above has begun.</summary>
    private static bool IsOpenIn(Block? above)
    {
        var count = 0;
        if (above is ParagraphBlock { IsOpen: true } paragraph)
            for (var i = 0; i < paragraph.Lines.Count; i++)
                count += paragraph.Lines.Lines[i].Slice.AsSpan().Count("$$");
        return count % 2 == 1;
    }
}
