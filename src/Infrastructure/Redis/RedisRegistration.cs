using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Infrastructure.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Redis;

public static class RedisRegistration
{
    /// <summary>
    /// What hosts share through Redis, if <c>Redis:ConnectionString</c> names one: limits, the registry of workers, wake-ups, kept answers. It goes before
    /// what registers the embedded ones, and the link starts before and stops after everything that uses it.
    /// </summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RedisOptions>().Bind(configuration.GetSection(RedisOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisOptions>, RedisOptionsCheck>());
        if (string.IsNullOrWhiteSpace(configuration[$"{RedisOptions.Section}:{nameof(RedisOptions.ConnectionString)}"]))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RedisOptions>>().Value);
        services.TryAddSingleton<RedisLink>();
        services.AddSingleton<IAccelerator>(provider => provider.GetRequiredService<RedisLink>());
        services.TryAddSingleton<IRateLimiter, RedisRateLimiter>();
        services.TryAddSingleton<RedisWorkerRegistry>();
        services.TryAddSingleton<IWorkerRegistry>(provider => provider.GetRequiredService<RedisWorkerRegistry>());
        services.TryAddSingleton<IAnswerStore, RedisAnswerStore>();
        services.TryAddSingleton<MemoryReplySignal>();
        services.TryAddSingleton<IReplySignal, RedisReplySignal>();

        // Hosted services start in this order and stop in the opposite one.
        services.AddHostedService(provider => provider.GetRequiredService<RedisLink>());
        services.AddHostedService<RedisNotices>();
        services.AddHostedService<RedisWorkerBeat>();
        return services;
    }
}
