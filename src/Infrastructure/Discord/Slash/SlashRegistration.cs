using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Infrastructure.Storage.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Discord.Slash;

public static class SlashRegistration
{
    /// <summary>
    /// Registers the commands with Discord and runs them. The bot, the use cases and the storage are registered beside it, each command by
    /// <see cref="AddSlashCommand"/>.
    /// </summary>
    public static IServiceCollection AddSlashCommands(this IServiceCollection services, SlashOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton<AdminDoor>();
        services.TryAddSingleton<IDiscordNotes, DiscordNotes>();
        services.AddDiscordListener<CommandRegistrar>();
        services.AddHostedService(provider => provider.GetRequiredService<CommandRegistrar>());
        services.AddDiscordListener<InteractionRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<InteractionRunner>());
        return services;
    }

    /// <param name="path">The command's name, then its sub-command's after a blank, e.g. <c>admin drain</c>.</param>
    public static IServiceCollection AddSlashCommand<T>(this IServiceCollection services, string path)
        where T : class, ISlashCommand => services.AddKeyedScoped<ISlashCommand, T>(path);

    /// <summary>
    /// <see cref="IGuildDiagnosis"/> and <see cref="IStandingMessage"/>, for a server's bot: <see cref="DiscordRelayRegistration.AddDiscordRelay"/>
    /// is called beside it.
    /// </summary>
    public static IServiceCollection AddGuildCare(this IServiceCollection services)
    {
        services.TryAddSingleton<IDiscordNotes, DiscordNotes>();
        services.TryAddSingleton<IGuildDiagnosis, GuildDiagnosis>();
        services.AddDiscordListener<StandingMessage>();
        services.TryAddSingleton<IStandingMessage>(provider => provider.GetRequiredService<StandingMessage>());
        return services;
    }
}
