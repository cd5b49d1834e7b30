using System.Globalization;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Providers;

public static class ProvidersRegistration
{
    private const int LongestName = 40;
    private const int FewestThoughts = 1024;
    private const int MostThoughts = 1_000_000;

    /// <summary>A new kind is a file that knows its wire, and a word here.</summary>
    private static readonly ProviderKind[] Kinds = [OpenAiProvider.Kind, AnthropicProvider.Kind, GeminiProvider.Kind];

    /// <summary>What <c>Providers:{name}:Kind</c> may be.</summary>
    public static IReadOnlyList<string> KindNames { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <summary>
    /// The providers of the section <c>Providers</c>. With <c>Fallback:NeverLeaveHome</c>, or when there are none, nothing is registered that
    /// could ask anybody.
    /// </summary>
    /// <exception cref="OptionsValidationException">One that is configured cannot be opened: the message names the key.</exception>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        var sections = configuration.GetSection(ProviderOptions.Section).GetChildren().ToArray();
        if (sections.Length == 0 || configuration.GetValue<bool>("Fallback:NeverLeaveHome"))
        {
            return services;
        }

        (string Name, ProviderOptions Options)[] known =
            [.. sections.Select(section => (section.Key, Known(section.Key, section.Get<ProviderOptions>() ?? new()))).OrderBy(each => each.Item2.Order)];

        services.TryAddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var log = provider.GetRequiredService<ILogger<ProviderCarrier>>();
            return new ProviderCarrier(
                [.. known.Select(each => new ProviderLine(each.Name, each.Options, Kind(each.Options.Kind)!.Open(each.Options, time), log, time))],
                provider);
        });
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<ProviderCarrier>());
        services.Replace(ServiceDescriptor.Singleton<IProviders>(provider => provider.GetRequiredService<ProviderCarrier>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProviderCarrier>());
        return services;
    }

    private static ProviderKind? Kind(string name) => Kinds.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The options with what their kind adds to them.</summary>
    private static ProviderOptions Known(string name, ProviderOptions options)
    {
        var known = Kind(options.Kind) is { } kind
            ? options with { Kind = kind.Name, BaseUrl = options.BaseUrl.Length > 0 ? options.BaseUrl : kind.BaseUrl }
            : options;
        Check(name, known);
        return known;
    }

    private static bool IsBudget(string thinking) =>
        int.TryParse(thinking, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens is >= FewestThoughts and <= MostThoughts;

    private static void Check(string name, ProviderOptions options)
    {
        var path = $"{ProviderOptions.Section}:{name}";
        var wrong =
            name.Length > LongestName || !name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
                ? $"{path}: a provider's name has 1 to {LongestName} lower-case letters, digits and hyphens."
            : Kind(options.Kind) is null ? $"{path}:Kind must be {string.Join(" or ", KindNames)}."
            : !Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
                ? $"{path}:BaseUrl must be an address such as https://api.openai.com/v1."
            : options.ListModels().Length == 0 ? $"{path}:Models must name at least one model."
            : options.Thinking.Length > 0 && options.Thinking != "adaptive" && !IsBudget(options.Thinking)
                ? $"{path}:Thinking must be adaptive, or a number of tokens from {FewestThoughts} to {MostThoughts}."
            : options.Patience <= TimeSpan.Zero ? $"{path}:Patience must be longer than nothing."
            : null;
        if (wrong is not null)
        {
            throw new OptionsValidationException(ProviderOptions.Section, typeof(ProviderOptions), [wrong]);
        }
    }
}
