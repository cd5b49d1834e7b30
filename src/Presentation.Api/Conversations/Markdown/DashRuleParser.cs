using Markdig.Parsers;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Dashes right under a paragraph: the ordinary parser of rules leaves them to underlined headings, which do not exist here.
/// </summary>
internal sealed class DashRuleParser : BlockParser
{
    public DashRuleParser() => OpeningCharacters = ['-'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        var line = processor.Line.AsSpan().Trim();
        if (processor.IsCodeIndent || processor.CurrentBlock is not ParagraphBlock || line.Length < 3 || !line.TrimStart('-').IsEmpty)
            return BlockState.None;
        var span = new SourceSpan(processor.Start, processor.Line.End);
        processor.NewBlocks.Push(new ThematicBreakBlock(this) { Column = processor.Column, Span = span });
        return BlockState.BreakDiscard;
    }
}
