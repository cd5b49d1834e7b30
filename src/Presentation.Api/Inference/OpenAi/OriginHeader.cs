using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>Who answers a call, for which OpenAI's API has no word: <c>worker:anna-mac</c> or <c>provider:cloud</c>.</summary>
internal static class OriginHeader
{
    public const string Name = "X-MeatLizard-Origin";

    /// <summary>As long as the answer has not begun; then it stays with what was said.</summary>
    public static void Write(HttpContext http, Origin origin)
    {
        if (!http.Response.HasStarted)
        {
            // A provider's name says already what it is.
            http.Response.Headers[Name] = origin.Kind == OriginKind.Worker ? $"worker:{origin.Name}" : origin.Name;
        }
    }
}
