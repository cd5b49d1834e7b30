using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax.Inlines;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// How much of one piece of text may look like the beginning of something. What opens brackets, asterisks and the like over and over costs the square
/// of its length, so that a few hundred kilobytes of it would keep a processor for minutes; what stands behind the first thousands is shown as written.
/// </summary>
internal sealed class InlineBudget : InlineParser
{
    private const int Openers = 3000;

    /// <summary>Of a table, in one piece with all its rows.</summary>
    private const int Bars = 20_000;

    public InlineBudget() => OpeningCharacters = ['[', ']', '!', '*', '_', '~', '<', '`', '\\', '$', '|'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var spent = processor.GetParserState<Spent>(this);
        if (slice.CurrentChar == '|' ? ++spent.Bars <= Bars : ++spent.Openers <= Openers)
            return false;
        processor.Inline = new LiteralInline(slice);
        slice.Start = slice.End + 1;
        return true;
    }

    private sealed class Spent
    {
        public int Openers;
        public int Bars;
    }
}
