using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

internal sealed class RedisOptionsCheck : IValidateOptions<RedisOptions>
{
    private const int LongestPrefix = 64;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(10);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var problem = Connection(options.ConnectionString)
            ?? (options.Timeout <= TimeSpan.Zero || options.Timeout > LongestTimeout
                ? "Redis:Timeout must be more than zero and at most 00:00:10."
                : options.Prefix.Length is 0 or > LongestPrefix || options.Prefix.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
                    ? "Redis:Prefix must have 1 to 64 characters and no white space."
                    : null);
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }

    private static string? Connection(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        const string form = "write host:port, followed by options such as ,password=… and ,ssl=true";
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return $"Redis:ConnectionString is a URL, which is not understood: {form}.";
        }

        // The exception is dropped on purpose: it may repeat the string, which may hold a password.
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: false).EndPoints.Count == 1
                ? null
                : $"Redis:ConnectionString must name one server: {form}.";
        }
        catch (Exception refusal) when (refusal is ArgumentException or FormatException or OverflowException)
        {
            return $"Redis:ConnectionString is not understood: {form}.";
        }
    }
}
