using System.Diagnostics.CodeAnalysis;

namespace MeatLizard.Presentation.Api.Conversations.Markdown;

/// <summary>Decides where a link that a model wrote may lead.</summary>
internal static class SafeAddress
{
    /// <summary>
    /// True for an absolute http, https or mailto address; <paramref name="address"/> is then its canonical form. A user name
    /// in a web address only ever makes it look like another site, so that is refused as well.
    /// </summary>
    public static bool TryAccept(string? written, [NotNullWhen(true)] out string? address)
    {
        address = null;
        if (string.IsNullOrEmpty(written) || written.Length > 4096 || written.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return false;
        if (!Uri.TryCreate(written, UriKind.Absolute, out var uri))
            return false;
        var isWeb = uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;
        if (!isWeb && uri.Scheme != Uri.UriSchemeMailto)
            return false;
        if (isWeb && (uri.UserInfo.Length > 0 || uri.Host.Length == 0))
            return false;
        // The scheme must stand in the text itself: "/x" is an absolute file path to Uri, and never a link here.
        if (!written.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase))
            return false;
        address = uri.AbsoluteUri;
        return true;
    }
}
