using Markdig.Extensions.Tables;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Maths in a sentence, <c>\( … \)</c>, <c>\[ … \]</c> or <c>$$ … $$</c>, kept as it was written: its backslashes are no escapes and its
/// asterisks no emphasis. One that has no end is maths to the end of a text that may still be being written, and an escape elsewhere.
/// </summary>
internal sealed class MathsParser : InlineParser
{
    public const string Class = "maths";

    public MathsParser() => OpeningCharacters = ['\\', '$'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (End(slice) is not { } end)
            return false;
        var without = processor.GetParserState<HashSet<string>>(this);
        var text = Reach(processor, slice).AsSpan();
        var toTheEnd = text.Length == slice.Length;
        var length = without.Contains(end) ? -1 : LengthTo(end, text);
        if (length < 0)
        {
            // What is not found from here is not found from further on: else many openings would each be searched to the end.
            if (toTheEnd)
                _ = without.Add(end);
            if (!toTheEnd || !IsLast(processor.Block!) || (end == "$$" && text[2..].IsWhiteSpace()))
                return false;
            length = text.Length;
        }
        else if (text[2..(length - 2)].IsWhiteSpace())
        {
            return false;
        }
        var maths = new CodeInline(text[..length].ToString()) { Delimiter = slice.CurrentChar, DelimiterCount = 2 };
        maths.GetAttributes().AddClass(Class);
        processor.Inline = maths;
        slice.Start += length;
        return true;
    }

    private static string? End(StringSlice slice) => (slice.CurrentChar, slice.PeekChar()) switch
    {
        ('\\', '(') => "\\)",
        ('\\', '[') => "\\]",
        ('$', '$') when slice.PeekChar(2) != '$' && slice.PeekCharExtra(-1) != '$' => "$$",
        _ => null,
    };

    /// <summary>In a row of a table, maths ends with the row; and two prices of $$ in one row are two cells.</summary>
    private static StringSlice Reach(InlineProcessor processor, StringSlice slice)
    {
        if (processor.Parsers.Find<PipeTableParser>() is not { } tables || processor.ParserStates[tables.Index] is null)
            return slice;
        var cut = slice.CurrentChar == '$' ? slice.AsSpan().IndexOfAny('\n', '|') : slice.AsSpan().IndexOf('\n');
        return cut < 0 ? slice : new(slice.Text, slice.Start, slice.Start + cut - 1);
    }

    /// <summary>The length of what begins <paramref name="text"/> and ends with <paramref name="end"/>, or -1.</summary>
    private static int LengthTo(string end, ReadOnlySpan<char> text)
    {
        for (var at = 2; at < text.Length; at++)
        {
            if (text[at..].StartsWith(end) && (end != "$$" || (text[at - 1] != '$' && !text[(at + 2)..].StartsWith('$'))))
                return at + 2;
            // \\ is a new line of TeX's, and \$ a dollar.
            if (text[at] == '\\')
                at++;
        }
        return -1;
    }

    private static bool IsLast(Block block)
    {
        for (var child = block; child.Parent is { } parent; child = parent)
            if (!ReferenceEquals(parent.LastChild, child))
                return false;
        return true;
    }
}
