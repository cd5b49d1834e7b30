using System.Globalization;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What Gemini's errors say beside their status.</summary>
internal static class GeminiRefusal
{
    public static ProviderRefusedException Of(int status, TimeSpan? retryAfter, GeminiError? error)
    {
        var details = error?.Details ?? [];
        return details.Any(detail => detail.Reason == "API_KEY_INVALID")
            ? new(401)
            : new(status, retryAfter ?? details.Select(detail => Seconds(detail.RetryDelay)).FirstOrDefault(delay => delay is not null));
    }

    /// <summary>As in <c>"31.5s"</c>.</summary>
    private static TimeSpan? Seconds(string? delay) =>
        delay is [.. var number, 's'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
