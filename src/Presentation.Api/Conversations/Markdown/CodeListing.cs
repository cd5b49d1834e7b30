using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>Code in a frame that the page can give a caption and a copy button.</summary>
internal sealed class CodeListing : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock block)
    {
        var language = Language((block as FencedCodeBlock)?.Info);
        renderer.EnsureLine();
        renderer.Write("<div class=\"code\" dir=\"ltr\"><pre><code");
        if (language is not null)
            renderer.Write(" class=\"language-").Write(language).Write('"');
        renderer.Write('>');
        renderer.WriteLeafRawLines(block, writeEndOfLines: true, escape: true);
        renderer.WriteLine("</code></pre></div>");
    }

    // The info string is free text and lands in an attribute: only what languages are really called goes through.
    private static string? Language(string? info)
    {
        if (string.IsNullOrEmpty(info) || info.Length > 32)
            return null;
        foreach (var c in info)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '#' or '-' or '_' or '.'))
                return null;
        return info.ToLowerInvariant();
    }
}
