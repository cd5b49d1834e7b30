using System.Net.Http.Headers;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>The header <c>Retry-After</c>: seconds, or a date.</summary>
internal static class RetryAfter
{
    /// <returns>Null when it says nothing that can be read; never less than nothing.</returns>
    public static TimeSpan? Read(string? header, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(header, out var read))
        {
            return null;
        }

        var wait = read.Delta ?? read.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
