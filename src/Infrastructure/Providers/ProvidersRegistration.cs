using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Providers;

public static class ProvidersRegistration
{
    /// <summary>
    /// The providers of the section <c>Providers</c>, and those that admins add. With <c>Fallback:NeverLeaveHome</c> nothing is registered that
    /// could ask anybody.
    /// </summary>
    /// <exception cref="OptionsValidationException">One that is configured cannot be opened: the message names the key.</exception>
    public static IServiceCollection AddProviders(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetValue<bool>("Fallback:NeverLeaveHome"))
        {
            return services;
        }

        var configured = configuration.GetSection(ProviderOptions.Section).GetChildren().ToDictionary(section => section.Key, Read);
        services.TryAddSingleton(provider => new ProviderBook(configured, provider.GetRequiredService<IProviderVault>()));
        services.TryAddSingleton<ProviderCarrier>();
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<ProviderCarrier>());
        services.Replace(ServiceDescriptor.Singleton<IProviders>(provider => provider.GetRequiredService<ProviderCarrier>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProviderCarrier>());
        services.AddHostedService<ProviderBeat>();
        return services;
    }

    private static ProviderOptions Read(IConfigurationSection section)
    {
        var options = ProviderRules.Complete(section.Get<ProviderOptions>() ?? new());
        var path = $"{ProviderOptions.Section}:{section.Key}";
        var wrong = !ProviderRules.IsName(section.Key) ? $"{path}: a provider's name has 1 to 40 lower-case letters, digits and hyphens."
            : ProviderRules.Check(options) is (var option, var must) ? $"{path}:{option} {must}"
            : null;
        return wrong is null ? options : throw new OptionsValidationException(ProviderOptions.Section, typeof(ProviderOptions), [wrong]);
    }
}
