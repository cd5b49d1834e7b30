using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Storage.Neighbours;

public static class NeighbourRegistration
{
    /// <summary>
    /// What hosts on one database know of each other without Redis. It goes after <c>AddRedis</c>, which does the same sooner and leaves
    /// nothing to this, and before <c>AddRelay</c>.
    /// </summary>
    /// <param name="answersForOthers">This host's workers answer what other hosts take in.</param>
    public static IServiceCollection AddNeighbours(this IServiceCollection services, bool answersForOthers)
    {
        if (services.Any(service => service.ServiceType == typeof(IWorkerRegistry)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new NeighbourOptions(answersForOthers));
        services.TryAddSingleton<MemoryWorkerRegistry>();
        services.TryAddSingleton<NeighbourRegistry>();
        services.AddSingleton<IWorkerRegistry>(provider => provider.GetRequiredService<NeighbourRegistry>());
        services.TryAddSingleton<MemoryReplySignal>();
        services.TryAddSingleton<IReplySignal>(provider => provider.GetRequiredService<MemoryReplySignal>());
        services.TryAddSingleton<PresenceTable>();

        // Before the relay, so that it ends after it: what a worker says last is still told.
        services.AddHostedService<NeighbourBeat>();
        services.AddHostedService<SqliteWatch>();
        return services;
    }
}
