using System.Globalization;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>What a provider's options must be, wherever they come from.</summary>
internal static class ProviderRules
{
    private const int LongestName = 40;
    private const int FewestThoughts = 1024;
    private const int MostThoughts = 1_000_000;
    private const decimal Dearest = 1_000_000;

    private static readonly TimeSpan LongestPatience = TimeSpan.FromHours(1);

    /// <summary>The options with what their kind adds to them.</summary>
    public static ProviderOptions Complete(ProviderOptions options) => ProviderKinds.Find(options.Kind) is { } kind
        ? options with { Kind = kind.Name, BaseUrl = options.BaseUrl.Length > 0 ? options.BaseUrl : kind.BaseUrl }
        : options;

    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <param name="options">Complete.</param>
    /// <returns>The first option that can't be, and what it must be; null when all can.</returns>
    public static (string Option, string Must)? Check(ProviderOptions options) =>
        ProviderKinds.Find(options.Kind) is null ? ("Kind", $"must be {string.Join(" or ", ProviderKinds.Names)}.")
        : !Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            ? ("BaseUrl", "must be an address such as https://api.openai.com/v1.")
        : !options.Key.All(c => c is > ' ' and <= '~') ? ("Key", "must be one word of plain characters, as the provider has given it out.")
        : options.ListModels().Length == 0 ? ("Models", "must name at least one model.")
        : options.Thinking.Length > 0 && options.Thinking != "adaptive" && !IsBudget(options.Thinking)
            ? ("Thinking", $"must be adaptive, or a number of tokens from {FewestThoughts} to {MostThoughts}.")
        : options.Patience <= TimeSpan.Zero || options.Patience > LongestPatience ? ("Patience", "must be longer than nothing and at most an hour.")
        : IsWrong(options.InputPrice) ? ("InputPrice", $"must be from 0 to {Dearest:0}.")
        : IsWrong(options.OutputPrice) ? ("OutputPrice", $"must be from 0 to {Dearest:0}.")
        : IsWrong(options.MonthlyBudget) ? ("MonthlyBudget", $"must be from 0 to {Dearest:0}.")
        : options.MonthlyBudget is not null && (options.InputPrice ?? options.OutputPrice) is null
            ? ("MonthlyBudget", "needs InputPrice and OutputPrice: without them nobody knows what is spent.")
        : null;

    private static bool IsWrong(decimal? amount) => amount is < 0 or > Dearest;

    private static bool IsBudget(string thinking) =>
        int.TryParse(thinking, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens is >= FewestThoughts and <= MostThoughts;
}
