using System.Reflection;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Operations;

internal static partial class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly string Version = typeof(
        HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", () => Answers.Json(new HealthContract("ok"), ApiJson.Wire.HealthContract))
            .AllowAnonymous().Produces<HealthContract>().WithSummary("The process is alive");
        app.MapGet("/ready", Ready).AllowAnonymous().Produces<HealthContract>().WithSummary("It can serve").Refuses(503);
        app.MapGet("/health/deep", Deep).RequireAuthorization(Access.Admin).Produces<DeepHealthContract>()
            .WithSummary("Database, queue, workers, providers and kept answers").Refuses(401, 403);
    }

    private static async Task<IResult> Ready(
        IServiceScopeFactory scopes, TimeProvider time, ILogger<HealthContract> log, CancellationToken cancellationToken) =>
        await Ask(scopes, time, log, services => CanRead(services, cancellationToken), cancellationToken) is null
            ? Answers.Refused(new(MeatLizard.Application.RefusalKind.Unavailable, "not_ready", "The database does not answer."))
            : Answers.Json(new HealthContract("ok"), ApiJson.Wire.HealthContract);

    private static async Task<IResult> Deep(
        IServiceScopeFactory scopes,
        IWorkerRegistry registry,
        IProviders providers,
        IEnumerable<IAccelerator> accelerators,
        AnswerCache cache,
        TimeProvider time,
        ILogger<HealthContract> log,
        CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var queued = await Ask(
            scopes,
            time,
            log,
            services => services.GetRequiredService<IRequestStore>().CountQueued(int.MaxValue, cancellationToken),
            cancellationToken);
        var took = time.GetElapsedTime(began).TotalMilliseconds;
        WorkerHealthContract[] workers =
        [
            .. registry.List().Select(worker => new WorkerHealthContract(
                worker.Id.Value,
                worker.Carrier,
                worker.Draining,
                worker.Slots,
                worker.SlotsFree,
                [.. worker.Models.Select(model => model.Name)],
                worker.Problem)),
        ];
        ProviderHealthContract[] elsewhere =
        [
            .. providers.List().Select(provider => new ProviderHealthContract(
                provider.Name, provider.Models, provider.Circuit, provider.Code, provider.Cause, provider.RetriesAt)),
        ];
        var shared = accelerators.Select(one => (one.Name, one.AwaySince, one.Consequence)).ToArray();
        var problem = queued is null ? "The database does not answer."
            : registry.FindModel(null) is not null ? null
            : workers.Select(worker => worker.Problem).FirstOrDefault(reason => reason is not null)
                ?? (workers.Any(worker => worker.Models.Count > 0) ? "The models that are online make embeddings and do not chat." : "No worker is online.");
        problem ??= elsewhere.FirstOrDefault(provider => provider.Cause is not null)?.Cause;
        problem ??= shared.FirstOrDefault(one => one.AwaySince is not null).Consequence;
        return Answers.Json(
            new DeepHealthContract(
                problem is null ? "ok" : "degraded",
                Version,
                queued is null ? null : Math.Round(took, 2),
                queued,
                workers,
                elsewhere,
                [.. shared.Select(one => new AcceleratorHealthContract(one.Name, one.AwaySince is null ? "ok" : "away", one.AwaySince))],
                Render(cache, await cache.Measure(cancellationToken)),
                problem),
            ApiJson.Wire.DeepHealthContract);
    }

    private static AnswerCacheHealthContract Render(AnswerCache cache, CacheSize? size) => new(
        cache.IsEnabled,
        size?.Entries,
        size?.Bytes,
        cache.Figures.Hits,
        cache.Figures.Misses,
        cache.Figures.Stale,
        cache.Figures.HitRate is { } rate ? Math.Round(rate, 4) : null);

    private static async Task<int> CanRead(IServiceProvider services, CancellationToken cancellationToken)
    {
        _ = await services.GetRequiredService<IPlaceStore>().Find(PlaceKind.Web, "", cancellationToken);
        return 0;
    }

    private static async Task<int?> Ask(
        IServiceScopeFactory scopes,
        TimeProvider time,
        ILogger log,
        Func<IServiceProvider, Task<int>> question,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await question(scope.ServiceProvider).WaitAsync(Patience, time, cancellationToken);
        }
#pragma warning disable CA1031 // However the database fails, the answer is that it does.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            DatabaseFailed(log, failure);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database did not answer a health check.")]
    private static partial void DatabaseFailed(ILogger log, Exception failure);
}
