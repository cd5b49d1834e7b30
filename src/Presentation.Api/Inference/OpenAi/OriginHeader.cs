using MeatLizard.Application.Relay.Caching;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>
/// Who answers a call, for which OpenAI's API has no word: <c>worker:anna-mac</c> or <c>provider:cloud</c>; before it <c>cache:</c> or
/// <c>stale:</c> when they have written it for an earlier call.
/// </summary>
internal static class OriginHeader
{
    public const string Name = "X-MeatLizard-Origin";

    /// <summary>As long as the answer has not begun; then it stays with what was said.</summary>
    public static void Write(HttpContext http, StatelessStarted started)
    {
        if (http.Response.HasStarted)
        {
            return;
        }

        var author = Author(started.Origin);
        http.Response.Headers[Name] = started.Cache?.Outcome switch
        {
            CacheOutcome.Hit => $"cache:{author}",
            CacheOutcome.Stale => $"stale:{author}",
            _ => author,
        };
        CacheHeader.Write(http, started.Cache);
    }

    /// <summary>Of an answer that was stored, and not begun to be sent.</summary>
    public static void Write(HttpContext http, Origin origin) => http.Response.Headers[Name] = Author(origin);

    // A provider's name says already what it is.
    private static string? Author(Origin origin) => origin.Kind == OriginKind.Worker ? $"worker:{origin.Name}" : origin.Name;
}
