using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Providers;

public static class ProvidersRegistration
{
    private const int LongestName = 40;

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
            [.. sections.Select(section => (section.Key, section.Get<ProviderOptions>() ?? new())).OrderBy(each => each.Item2.Order)];
        foreach (var (name, options) in known)
        {
            Check(name, options);
        }

        services.TryAddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var log = provider.GetRequiredService<ILogger<ProviderCarrier>>();
            return new ProviderCarrier(
                [.. known.Select(each => new ProviderLine(each.Name, each.Options, Opener(each.Options.Kind)!(each.Options), log, time))],
                provider);
        });
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<ProviderCarrier>());
        services.Replace(ServiceDescriptor.Singleton<IProviders>(provider => provider.GetRequiredService<ProviderCarrier>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProviderCarrier>());
        return services;
    }

    /// <summary>A new kind is a file that opens its client, and a line here.</summary>
    private static Func<ProviderOptions, IChatClient>? Opener(string kind) => kind.ToUpperInvariant() switch
    {
        "OPENAI" => OpenAiProvider.Open,
        _ => null,
    };

    private static void Check(string name, ProviderOptions options)
    {
        var path = $"{ProviderOptions.Section}:{name}";
        var wrong =
            name.Length > LongestName || !name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
                ? $"{path}: a provider's name has 1 to {LongestName} lower-case letters, digits and hyphens."
            : Opener(options.Kind) is null ? $"{path}:Kind must be {OpenAiProvider.Kind}, which many others speak as well."
            : !Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
                ? $"{path}:BaseUrl must be an address such as https://api.openai.com/v1."
            : options.ListModels().Length == 0 ? $"{path}:Models must name at least one model."
            : options.Patience <= TimeSpan.Zero ? $"{path}:Patience must be longer than nothing."
            : null;
        if (wrong is not null)
        {
            throw new OptionsValidationException(ProviderOptions.Section, typeof(ProviderOptions), [wrong]);
        }
    }
}
