using System.Globalization;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What answers cost, counted in billionths: exact for prices of up to three decimals, else to the nearest one.</summary>
internal static class ProviderMoney
{
    private const decimal Billion = 1_000_000_000;

    /// <summary>A price is that of a million tokens.</summary>
    private const decimal PerToken = Billion / 1_000_000;

    public static string Month(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static DateTimeOffset NextMonth(DateTimeOffset at) => new DateTimeOffset(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    public static decimal Amount(long billionths) => billionths / Billion;

    /// <returns>Null when there is no price.</returns>
    public static ProviderCharge? Cost(string provider, ProviderOptions options, TokenUsage usage, DateTimeOffset at) =>
        (options.InputPrice ?? options.OutputPrice) is null
            ? null
            : new(
                provider,
                Month(at),
                options.Currency,
                (long)Math.Round(
                    ((options.InputPrice.GetValueOrDefault() * usage.PromptTokens) + (options.OutputPrice.GetValueOrDefault() * usage.CompletionTokens)) * PerToken,
                    MidpointRounding.ToEven));
}
