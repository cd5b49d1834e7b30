using System.Net;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax.Inlines;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>Links that are accepted, or else their words; an image is a link to it, so that reading an answer loads nothing.</summary>
internal sealed class SafeLinks : HtmlObjectRenderer<LinkInline>
{
    protected override void Write(HtmlRenderer renderer, LinkInline link)
    {
        var written = link.GetDynamicUrl is { } dynamic ? dynamic() ?? link.Url : link.Url;
        // A link inside a link does not exist in HTML: the browser would close the outer one.
        var accepted = SafeAddress.TryAccept(written, out var address) && !IsInsideLink(link);
        if (accepted)
            Open(renderer, address!);
        if (link.FirstChild is null)
            renderer.Write(link.IsImage ? "image" : WebUtility.HtmlEncode(address ?? written ?? ""));
        else
            renderer.WriteChildren(link);
        if (accepted)
            renderer.Write("</a>");
    }

    public static void Open(HtmlRenderer renderer, string address) => renderer
        .Write("<a href=\"").Write(WebUtility.HtmlEncode(address)).Write("\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">");

    private static bool IsInsideLink(Inline inline)
    {
        for (var parent = inline.Parent; parent is not null; parent = parent.Parent)
            if (parent is LinkInline)
                return true;
        return false;
    }
}
