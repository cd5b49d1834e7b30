using Markdig.Parsers;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Paragraphs without link reference definitions and underlined headings. A definition at the end of an answer would change
/// blocks that were sent long before it, and would hide its own text; an underline would turn a sentence into a heading
/// while it is being read.
/// </summary>
internal sealed class ClosedParagraphParser : ParagraphBlockParser
{
    public ClosedParagraphParser() => ParseSetextHeadings = false;

    public override bool Close(BlockProcessor processor, Block block)
    {
        if (block is not ParagraphBlock paragraph)
            return true;
        ref var lines = ref paragraph.Lines;
        if (lines.Count == 0)
            return false;
        for (var i = 0; i < lines.Count; i++)
            lines.Lines[i].Slice.TrimStart();
        lines.Lines[lines.Count - 1].Slice.TrimEnd();
        return true;
    }
}
