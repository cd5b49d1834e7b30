using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Testing.Storage;

internal static class TestSchema
{
    public static async Task Migrate(string connectionString)
    {
        using var dialect = new PostgresDialect(new StorageOptions { ConnectionString = connectionString });
        await Runner(dialect, Migration.All(dialect)).Migrate(CancellationToken.None);
    }

    public static MigrationRunner Runner(IDialect dialect, IReadOnlyList<Migration> migrations) =>
        new(dialect, migrations, new LimitOptions(), TimeProvider.System, NullLogger<MigrationRunner>.Instance);
}
