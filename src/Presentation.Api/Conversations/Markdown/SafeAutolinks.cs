using System.Net;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax.Inlines;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary><c>&lt;https://…&gt;</c> and <c>&lt;name@host&gt;</c>, under the same rule as every link.</summary>
internal sealed class SafeAutolinks : HtmlObjectRenderer<AutolinkInline>
{
    protected override void Write(HtmlRenderer renderer, AutolinkInline link)
    {
        var accepted = SafeAddress.TryAccept(link.IsEmail ? "mailto:" + link.Url : link.Url, out var address);
        if (accepted)
            SafeLinks.Open(renderer, address!);
        renderer.Write(WebUtility.HtmlEncode(link.Url));
        if (accepted)
            renderer.Write("</a>");
    }
}
