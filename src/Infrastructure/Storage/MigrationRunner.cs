using MeatLizard.Domain.Identity;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Storage;

internal sealed partial class MigrationRunner(
    IDialect dialect,
    IReadOnlyList<Migration> migrations,
    LimitOptions limits,
    TimeProvider clock,
    ILogger<MigrationRunner> log) : IDatabaseMigrator
{
    public Task Migrate(CancellationToken cancellationToken) =>
        dialect.Migrate(transaction => Migrate(transaction, cancellationToken), cancellationToken);

    private async Task Migrate(IMigrationTransaction transaction, CancellationToken cancellationToken)
    {
        // Text and integers alone: this one table is the same in both databases and must stay readable to every version.
        await transaction.Execute(
            new Statement(
                "schema_migration",
                """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL)
                """),
            cancellationToken);
        var applied = await transaction.Query<Applied>(
            new Statement("schema_migration", "SELECT number, name, hash FROM schema_migration ORDER BY number"),
            cancellationToken);
        Check(applied);
        foreach (var migration in migrations.Skip(applied.Count))
        {
            await transaction.Execute(new Statement("", migration.Sql), cancellationToken);
            await transaction.Execute(
                new Statement(
                    "schema_migration",
                    "INSERT INTO schema_migration (number, name, hash, applied_at) VALUES (@number, @name, @hash, @at)",
                    ("@number", migration.Number),
                    ("@name", migration.Name),
                    ("@hash", migration.Hash),
                    ("@at", clock.GetUtcNow().ToString("O"))),
                cancellationToken);
            LogApplied(log, migration.Name);
        }

        if (applied.Count == 0)
        {
            await SeedLimits(transaction, cancellationToken);
        }
    }

    private void Check(IReadOnlyList<Applied> applied)
    {
        for (var i = 0; i < applied.Count; i++)
        {
            var stored = applied[i];
            if (migrations.All(migration => migration.Number != stored.Number))
            {
                throw new MigrationException(
                    $"The database holds migration {stored.Name}, which this version does not know: "
                    + "start the newer version, or restore a backup.");
            }

            if (migrations[i].Number != stored.Number)
            {
                throw new MigrationException(
                    $"Migration {migrations[i].Name} is missing from the database, although later ones were applied: restore a backup.");
            }

            if (migrations[i].Hash != stored.Hash)
            {
                throw new MigrationException(
                    $"Migration {stored.Name} was changed after it had been applied: put its text back and write a new migration.");
            }
        }
    }

    // Once only: afterwards the rows are the operator's.
    private async Task SeedLimits(IMigrationTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var scope in new[] { Limit.User, Limit.Address })
        {
            foreach (var (window, amount) in new[] { (TimeSpan.FromMinutes(1), limits.PerMinute), (TimeSpan.FromHours(1), limits.PerHour) })
            {
                await transaction.Execute(
                    new Statement(
                        "usage_limit",
                        "INSERT INTO usage_limit (scope_kind, scope_id, window_us, amount) VALUES (@kind, @id, @window, @amount)",
                        ("@kind", scope),
                        ("@id", Limit.Everyone),
                        ("@window", window),
                        ("@amount", amount)),
                    cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Migration {Name} applied.")]
    private static partial void LogApplied(ILogger log, string name);

    private sealed record Applied
    {
        public required int Number { get; init; }

        public required string Name { get; init; }

        public required string Hash { get; init; }
    }
}
