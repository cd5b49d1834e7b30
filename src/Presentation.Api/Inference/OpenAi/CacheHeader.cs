using System.Globalization;
using MeatLizard.Application.Relay.Caching;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>What a caller wants of the kept answers, and what they are told of them: in headers, for OpenAI's API has no words for it.</summary>
internal static class CacheHeader
{
    public const string Name = "X-MeatLizard-Cache";

    /// <summary>In seconds, as HTTP's own caches say it.</summary>
    public const string Age = "Age";

    public const string Description =
        "use: an answer that is kept will do, whatever is asked; off: none is taken or kept; refresh: a new one is made and kept. Without it: use at temperature 0 without tools and for embeddings, else off.";

    /// <exception cref="RefusedException">It is none of the three.</exception>
    public static CacheUse Read(HttpContext http) => http.Request.Headers[Name].ToString().Trim().ToLowerInvariant() switch
    {
        "" => CacheUse.AsUsual,
        "use" => CacheUse.Use,
        "off" => CacheUse.Off,
        "refresh" => CacheUse.Refresh,
        _ => throw Unsupported.Wrong(Name, "This header is use, off or refresh."),
    };

    /// <param name="note">Null: nothing is said.</param>
    public static void Write(HttpContext http, CacheNote? note)
    {
        if (note is null)
        {
            return;
        }

        var headers = http.Response.Headers;
        headers[Name] = note.Outcome switch { CacheOutcome.Hit => "hit", CacheOutcome.Stale => "stale", _ => "miss" };
        if (note.Outcome != CacheOutcome.Miss)
        {
            headers[Age] = Math.Max(0, (long)note.Age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
