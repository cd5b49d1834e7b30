using System.Net;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>
/// Turns what a model or a person wrote into HTML that is safe to insert in the page: no raw HTML, no loaded images, links only
/// to http, https and mailto, no attribute that the text can choose beyond a checked link and a checked language name.
/// </summary>
public sealed class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline = BuildPipeline();

    /// <summary>The whole text as one piece of HTML.</summary>
    public string Render(string text) => string.Concat(Blocks(OneKindOfLineEnd(text)).Select(block => block.Html));

    /// <summary>
    /// The top-level blocks of a text whose lines end in \n, each with the offset of the line it starts on, or -1 where it may
    /// have been one paragraph with the block before it: tables are cut out of paragraphs after the blocks are known.
    /// </summary>
    internal static IReadOnlyList<(int Start, string Html)> Blocks(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        try
        {
            return Rendered(text);
        }
        catch (ArgumentException)
        {
            // Parser and renderer refuse nesting past their limit; such a text is shown as it was written.
            return [(0, $"<p{Direction.Auto}>{WebUtility.HtmlEncode(text)}</p>\n")];
        }
    }

    private static List<(int Start, string Html)> Rendered(string text)
    {
        var document = Markdig.Markdown.Parse(text, Pipeline);
        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = NewRenderer(writer);
        var blocks = new List<(int, string)>(document.Count);
        Block? before = null;
        foreach (var block in document)
        {
            var isCut = (before, block) is (ParagraphBlock, Table) or (Table, ParagraphBlock);
            before = block;
            writer.GetStringBuilder().Clear();
            renderer.Render(block);
            blocks.Add((isCut ? -1 : LineStart(text, block.Span.Start), writer.ToString()));
        }
        return blocks;
    }

    internal static string OneKindOfLineEnd(string text) =>
        text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;

    private static int LineStart(string text, int offset) => offset <= 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;

    private static MarkdownPipeline BuildPipeline()
    {
        var builder = new MarkdownPipelineBuilder()
            .DisableHtml()
            .UsePipeTables()
            .UseTaskLists()
            .UseAutoLinks()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough);
        builder.BlockParsers.Replace<ParagraphBlockParser>(new ClosedParagraphParser());
        builder.BlockParsers.Insert(0, new DashRuleParser());
        builder.BlockParsers.Insert(0, new MathsBlockParser());
        // Before escapes, which would take the backslash of \( away.
        builder.InlineParsers.Insert(0, new MathsParser());
        builder.InlineParsers.Insert(0, new InlineBudget());
        builder.DocumentProcessed += Direction.Of;
        return builder.Build();
    }

    private static HtmlRenderer NewRenderer(TextWriter writer)
    {
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        // Nothing below parses to these any more; without them nothing ever could.
        renderer.ObjectRenderers.TryRemove<HtmlBlockRenderer>();
        renderer.ObjectRenderers.TryRemove<HtmlInlineRenderer>();
        renderer.ObjectRenderers.Replace<LinkInlineRenderer>(new SafeLinks());
        renderer.ObjectRenderers.Replace<AutolinkInlineRenderer>(new SafeAutolinks());
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CodeListing());
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new ScrollingTable());
        renderer.ObjectRenderers.Add(new WrittenMaths());
        return renderer;
    }
}
