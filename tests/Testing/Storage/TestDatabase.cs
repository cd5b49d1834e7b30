using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Testing.Storage;

/// <summary>A fresh, migrated database of one's own, and hosts that use it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<ServiceProvider> _hosts = [];
    private readonly Func<Task> _remove;

    private TestDatabase(Database kind, Dictionary<string, string?> settings, Func<Task> remove)
    {
        Kind = kind;
        Settings = settings;
        _remove = remove;
        Services = AddHost();
    }

    public Database Kind { get; }

    /// <summary>Configuration keys with which a whole host uses this database.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>The first host.</summary>
    public IServiceProvider Services { get; }

    public static Task<TestDatabase> Create(Database kind) => Create(kind, migrated: true);

    /// <param name="migrated">False: without any table.</param>
    public static async Task<TestDatabase> Create(Database kind, bool migrated)
    {
        if (kind == Database.Postgres)
        {
            var server = await TestPostgres.Server();
            var connectionString = await server.CreateDatabase(migrated);
            var settings = new Dictionary<string, string?>
            {
                ["Storage:Provider"] = StorageOptions.Postgres,
                ["Storage:ConnectionString"] = connectionString,
            };
            return new TestDatabase(kind, settings, () => server.Drop(connectionString));
        }

        var folder = Directory.CreateTempSubdirectory("meatlizard-");
        var database = new TestDatabase(
            kind,
            new() { ["Storage:Provider"] = StorageOptions.Sqlite, ["DataFolder"] = folder.FullName },
            () =>
            {
                folder.Delete(recursive: true);
                return Task.CompletedTask;
            });
        if (migrated)
        {
            await database.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
        }

        return database;
    }

    /// <summary>One more process, as far as the database can tell.</summary>
    public ServiceProvider AddHost(Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStorage(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build());
        configure?.Invoke(services);
        var host = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _hosts.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _remove();
    }
}
