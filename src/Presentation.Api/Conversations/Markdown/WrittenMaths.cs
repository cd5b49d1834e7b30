using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>Lines of maths as they were written.</summary>
internal sealed class WrittenMaths : HtmlObjectRenderer<MathsBlock>
{
    protected override void Write(HtmlRenderer renderer, MathsBlock block)
    {
        renderer.EnsureLine();
        renderer.Write("<pre class=\"" + MathsParser.Class + "\" dir=\"ltr\">");
        renderer.WriteLeafRawLines(block, writeEndOfLines: false, escape: true);
        renderer.WriteLine("</pre>");
    }
}
