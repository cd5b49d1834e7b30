using System.Globalization;
using System.Net.Http.Headers;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <summary>What an answer says about its bucket.</summary>
/// <param name="Bucket">Routes with the same word share a bucket; null where Discord counts nothing.</param>
internal sealed record RateHeaders(string? Bucket, int Limit, int Remaining, TimeSpan ResetAfter, string? Scope, bool IsGlobal, TimeSpan? RetryAfter)
{
    public static RateHeaders Of(HttpResponseHeaders headers)
    {
        var limit = Number(headers, "X-RateLimit-Limit");
        var remaining = Number(headers, "X-RateLimit-Remaining");
        var reset = Number(headers, "X-RateLimit-Reset-After");
        var bucket = Text(headers, "X-RateLimit-Bucket");
        var isCounted = limit is not null && remaining is not null && reset is not null;
        return new(
            isCounted ? bucket ?? "" : null,
            (int)(limit ?? 0),
            (int)(remaining ?? 0),
            TimeSpan.FromSeconds(Math.Clamp(reset ?? 0, 0, 86_400)),
            Text(headers, "X-RateLimit-Scope"),
            string.Equals(Text(headers, "X-RateLimit-Global"), "true", StringComparison.OrdinalIgnoreCase),
            Number(headers, "Retry-After") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400)) : null);
    }

    private static string? Text(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static double? Number(HttpResponseHeaders headers, string name) =>
        double.TryParse(Text(headers, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
