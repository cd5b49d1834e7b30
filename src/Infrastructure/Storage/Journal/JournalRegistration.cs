using MeatLizard.Application.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Storage.Journal;

public static class JournalRegistration
{
    /// <summary>Keeps what a worker has said on the disk until its server has acknowledged it, for a worker that may be killed apart from it.</summary>
    public static IServiceCollection AddWorkerJournal(this IServiceCollection services, JournalOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JournalFile>();
        services.TryAddSingleton<IInferenceJobs, DiskJobs>();
        return services;
    }
}
