using MeatLizard.Application;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.HostPower;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Relay.Link;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Relay;

public static class RelayRegistration
{
    /// <summary>The server's side: inbox, outbox dispatcher, watchdog, the registry of workers, and those that are configured.</summary>
    /// <exception cref="FormatException">The section <c>Relay:Workers</c> cannot be used; the message names the key.</exception>
    public static IServiceCollection AddRelay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRelayWatchdog(configuration);
        services.AddSingleton(ConfiguredWorkers.From(configuration));
        services.TryAddSingleton<WorkerAdoption>();
        services.TryAddSingleton<FrameCounters>();
        services.TryAddSingleton<FrameMetrics>();
        services.TryAddSingleton<RelayInbox>();
        services.TryAddSingleton<IRelayInbox>(provider => provider.GetRequiredService<RelayInbox>());

        // Hosted services stop in the opposite order: the inbox last.
        services.AddHostedService(provider => provider.GetRequiredService<RelayInbox>());
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<SilenceWatch>();
        return services;
    }

    /// <summary>The part of the server's side that needs no worker: every request gets its end, whichever host it was given to.</summary>
    public static IServiceCollection AddRelayWatchdog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RelayOptions>().Bind(configuration.GetSection("Relay")).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RelayOptions>, RelayOptionsValidator>());
        services.AddOptions<FallbackOptions>()
            .Bind(configuration.GetSection(FallbackOptions.Section))
            .Validate(options => options.ToPolicy() is not null)
            .ValidateOnStart();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RelayOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<FallbackOptions>>().Value.ToPolicy());
        services.TryAddSingleton<IWorkerRegistry, MemoryWorkerRegistry>();
        services.TryAddSingleton<IReplySignal, MemoryReplySignal>();
        services.AddAnswerCache(configuration);
        services.AddHostedService<RelayWatchdog>();
        return services;
    }

    /// <summary>Takes workers that dial in.</summary>
    public static IServiceCollection AddLinks(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new UnansweredOrders(
            provider.GetRequiredService<RelayOptions>().AcknowledgeWithin, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<LinkCarrier>();
        services.TryAddSingleton<LinkPlaces>();
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<LinkCarrier>());
        services.TryAddSingleton<ILinkDoor>(provider => provider.GetRequiredService<LinkCarrier>());
        services.AddHostedService<LinkWatch>();
        services.AddHostedService<LinkSilence>();
        return services;
    }

    /// <summary>A worker in this process, reached through the in-process carrier. The engine is registered beside it.</summary>
    public static IServiceCollection AddInProcessWorker(this IServiceCollection services, IConfiguration configuration)
    {
        var key = ConfiguredWorkers.From(configuration).LocalKey;
        services.TryAddSingleton(_ => key is not null
            ? InProcessWorker.WithKey(key)
            : InProcessWorker.FromFolder(configuration["DataFolder"] is { Length: > 0 } folder ? folder : "./data"));
        services.TryAddSingleton<InProcessCarrier>();
        services.AddSingleton<IRelayCarrier>(provider => provider.GetRequiredService<InProcessCarrier>());
        services.TryAddSingleton<IWorkerConnection>(provider => provider.GetRequiredService<InProcessCarrier>());
        services.AddHostedService<InProcessPump>();

        // It ends with its server, which has nobody left to answer.
        services.TryAddSingleton(new WorkerOptions { DrainWithin = TimeSpan.Zero });
        return services.AddWorkerLoop();
    }

    /// <summary>A worker that dials its server, in a process without any of the server's parts. The engine is registered beside it.</summary>
    public static IServiceCollection AddLinkedWorker(this IServiceCollection services, LinkOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FrameCounters>();
        services.AddSingleton(options);
        services.TryAddSingleton<LinkState>();
        services.TryAddSingleton<ILinkReading>(provider => provider.GetRequiredService<LinkState>());
        services.TryAddSingleton<IWorkerConnection, LinkConnection>();
        return services.AddWorkerLoop();
    }

    private static void AddAnswerCache(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AnswerCacheOptions>().Bind(configuration.GetSection(AnswerCacheOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AnswerCacheOptions>, AnswerCacheCheck>());
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<AnswerCacheOptions>>().Value);
        services.TryAddSingleton<IAnswerStore, MemoryAnswerStore>();
    }

    internal static IServiceCollection AddWorkerLoop(this IServiceCollection services)
    {
        services.AddWorkerUseCases();
        services.TryAddSingleton<IInferenceJobs, MemoryJobs>();
        services.TryAddSingleton<AnswerGenerator>();
        services.TryAddSingleton<VectorGenerator>();
        services.TryAddSingleton<WorkerReadiness>();
        services.TryAddSingleton<IHostPower, UnknownPower>();
        services.TryAddSingleton<IHostSensors, UnknownSensors>();
        services.TryAddSingleton(new WorkerOptions());
        services.TryAddSingleton<DrainPatience>();
        services.TryAddSingleton<WorkerPulse>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPulse>());
        services.AddHostedService<WorkerLoop>();
        return services;
    }
}
