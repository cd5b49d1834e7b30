using MeatLizard.Infrastructure.Discord.Native;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Discord;

public static class DiscordRegistration
{
    /// <summary>One bot: <see cref="IDiscordApi"/> with its three parts, and <see cref="IDiscordGateway"/>, which nobody reads yet.</summary>
    /// <exception cref="OptionsValidationException">The options can't work; it says which and why.</exception>
    public static IServiceCollection AddDiscord(this IServiceCollection services, DiscordOptions options)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new OptionsValidationException(nameof(DiscordOptions), typeof(DiscordOptions), problems);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.TryAddSingleton(_ => new DiscordWay(options));
        services.TryAddSingleton<DiscordClock>();
        services.TryAddSingleton(provider => new RestClient(
            options,
            provider.GetRequiredService<DiscordWay>().Http,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DiscordClock>(),
            Random.Shared,
            provider.GetRequiredService<ILogger<RestClient>>()));
        services.TryAddSingleton(provider => new AttachmentDownload(
            options, provider.GetRequiredService<DiscordWay>().Http, provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.TryAddSingleton<NativeIdentity>();
        services.TryAddSingleton<IDiscordMessages, NativeMessages>();
        services.TryAddSingleton<IDiscordGuilds, NativeGuilds>();
        services.TryAddSingleton<IDiscordInteractions, NativeInteractions>();
        services.TryAddSingleton<IDiscordApi, NativeApi>();
        services.TryAddSingleton<IDiscordGateway>(provider => new NativeGateway(
            options,
            provider.GetRequiredService<DiscordWay>(),
            provider.GetRequiredService<RestClient>(),
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared,
            provider.GetRequiredService<ILogger<NativeGateway>>()));
        return services;
    }

    /// <summary>Reads the gateway for as long as the host runs, and lets this listener hear it.</summary>
    public static IServiceCollection AddDiscordListener<T>(this IServiceCollection services)
        where T : class, IDiscordListener
    {
        services.TryAddSingleton<T>();
        services.AddSingleton<IDiscordListener>(provider => provider.GetRequiredService<T>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DiscordPump>());
        return services;
    }
}
