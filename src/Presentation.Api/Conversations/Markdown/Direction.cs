using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Has the browser set each piece of text from the side that its first letter asks for; code is always set from the left. The paragraphs
/// of a list item and of a quotation follow it: a direction of their own would hide their letters from it (HTML, "auto").
/// </summary>
internal static class Direction
{
    public const string Auto = " dir=\"auto\"";

    public static void Of(MarkdownDocument document)
    {
        foreach (var piece in document.Descendants())
            if (Of(piece) is { } direction)
                piece.GetAttributes().AddProperty("dir", direction);
    }

    private static string? Of(MarkdownObject piece) => piece switch
    {
        CodeInline => "ltr",
        HeadingBlock or ListItemBlock or QuoteBlock => "auto",
        ParagraphBlock { Parent: not (ListItemBlock or QuoteBlock) } => "auto",
        _ => null,
    };
}
