using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.Lockout;
using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Infrastructure.Storage.Outbox;
using MeatLizard.Infrastructure.Storage.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Storage;

public static class StorageRegistration
{
    /// <summary>
    /// The stores, the outbox and the unit of work, in SQLite or PostgreSQL as <c>Storage:Provider</c> says. The host must call
    /// <see cref="IDatabaseMigrator.Migrate"/> before it serves.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>()
            .Bind(configuration.GetSection("Storage"))
            .Configure(options => options.DataFolder = configuration["DataFolder"] ?? options.DataFolder)
            .ValidateOnStart();
        services.AddOptions<LimitOptions>().Bind(configuration.GetSection("Limits")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsCheck>();
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDialect>(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value switch
        {
            { Provider: StorageOptions.Postgres } options => new PostgresDialect(options),
            var options => new SqliteDialect(options),
        });
        services.AddSingleton(provider => Migration.All(provider.GetRequiredService<IDialect>()));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<LimitOptions>>().Value);
        services.AddSingleton<IDatabaseMigrator, MigrationRunner>();

        // What is secret in the database is sealed with a key that is not in it.
        services.TryAddSingleton(_ => MasterKey.From(configuration));
        services.TryAddSingleton<IRootVault, RootVault>();
        services.TryAddSingleton<IDeviceMarks, DeviceMarks>();
        services.TryAddSingleton<IProviderVault, ProviderVault>();

        services.AddScoped<DbSession>();
        services.AddScoped<IUnitOfWork>(provider => provider.GetRequiredService<DbSession>());
        services.AddSingleton<SessionMemory>();
        services.AddScoped<ISessionStore, SessionStore>();
        services.AddScoped<IMessageStore, MessageStore>();
        services.AddScoped<IResponseStore, ResponseStore>();
        services.AddScoped<IPlaceStore, PlaceStore>();
        services.AddScoped<IDefaultStore, DefaultStore>();
        services.AddScoped<IIdempotencyStore, IdempotencyStore>();
        services.AddScoped<IRequestStore, RequestStore>();
        services.AddScoped<IReplyLog, ReplyLog>();
        services.AddScoped<IOutbox, SqlOutbox>();
        services.AddScoped<IWorkerStore, WorkerStore>();
        services.AddScoped<IWorkerEnrolmentStore, WorkerEnrolmentStore>();
        services.AddScoped<IWorkerBots, WorkerBotStore>();
        services.AddScoped<IProviderSettings, ProviderSettingStore>();
        services.AddScoped<IProviderSpending, ProviderSpentStore>();
        services.AddScoped<IUserStore, UserStore>();
        services.AddScoped<IApiKeyStore, ApiKeyStore>();
        services.AddScoped<ISignInStore, SignInStore>();
        services.AddScoped<IInvitationStore, InvitationStore>();
        services.AddScoped<IRecoveryStore, RecoveryStore>();
        services.AddScoped<IGroupStore, GroupStore>();
        services.AddScoped<ILimitStore, LimitStore>();
        services.AddScoped<IDepartureStore, DepartureStore>();
        services.AddScoped<ITokenCounts, TokenCounts>();
        services.AddScoped<IUsageLog, UsageLog>();
        services.AddScoped<IAuditLog, AuditLog>();
        services.AddScoped<IFigures, FigureStore>();
        services.AddScoped<IMetricHistory, MetricHistory>();
        return services;
    }

    /// <summary>Removes old rows now and then; for the one host that serves callers.</summary>
    public static IServiceCollection AddHousekeeping(this IServiceCollection services) => services.AddHostedService<Housekeeping>();
}
