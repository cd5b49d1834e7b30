using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Relay.Link;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Discord.Relay;

public static class DiscordRelayRegistration
{
    /// <summary>The server's side of the relay in Discord. The bot and the relay are registered beside it.</summary>
    public static IServiceCollection AddDiscordRelay(this IServiceCollection services, DiscordRelayOptions options)
    {
        services.AddSingleton(options);
        services.AddPosts();
        services.TryAddSingleton<RelayLeases>();
        services.TryAddSingleton<RelayRoomMaker>();
        services.TryAddSingleton<DiscordCarrier>();
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<DiscordCarrier>());
        services.AddDiscordListener<RelayRooms>();
        services.AddHostedService(provider => provider.GetRequiredService<RelayRooms>());
        services.AddHostedService<RelaySweep>();
        return services;
    }

    /// <summary>A worker that is reached through Discord. The bot and the engine are registered beside it.</summary>
    public static IServiceCollection AddDiscordWorker(this IServiceCollection services, DiscordWorkerOptions options)
    {
        services.AddSingleton(options);
        services.AddPosts();
        services.TryAddSingleton<LinkState>();
        services.TryAddSingleton<ILinkReading, DiscordReading>();
        services.TryAddSingleton<IWorkerConnection>(provider => provider.GetRequiredService<DiscordConnection>());
        services.AddDiscordListener<DiscordConnection>();
        return services.AddWorkerLoop();
    }

    private static void AddPosts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FrameCounters>();
        services.TryAddSingleton<PostQueues>();
        services.TryAddSingleton<RelayInput>();
    }
}
