using Dapper;
using MeatLizard.Application;
using Npgsql;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>PostgreSQL. A commit is two round trips: all statements in one batch, then COMMIT.</summary>
internal sealed class PostgresDialect : IDialect, IDisposable
{
    // Any number, as long as every version of the program uses the same.
    private const long MigrationLock = 0x4D4C_4D49_4752;

    private const string Relax = "SET LOCAL synchronous_commit = off";

    private readonly NpgsqlDataSource _source;

    public PostgresDialect(StorageOptions options)
    {
        DapperSetup.Ensure();
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            // Nothing is ever set beyond a transaction, so that there is nothing to reset.
            NoResetOnClose = true,
            // Says which statement failed.
            IncludeFailedBatchedCommand = true,
        };
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = 100;
            settings.AutoPrepareMinUsages = 2;
        }

        settings.ApplicationName ??= "MeatLizard";
        _source = NpgsqlDataSource.Create(settings);
    }

    public string Name => StorageOptions.Postgres;

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public static object Fit(object? value) => value switch
    {
        null => DBNull.Value,
        string text => StoredValue.Text(text),
        DateTimeOffset time => StoredValue.Time(StoredValue.Microseconds(time)).UtcDateTime,
        TimeSpan duration => StoredValue.Microseconds(duration),
        Enum name => name.ToString(),
        _ => value,
    };

    public async Task<IReadOnlyList<T>> Read<T>(Statement query, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        return await Query<T>(connection, null, query, cancellationToken);
    }

    public async Task<IReadOnlyList<T>> WriteNow<T>(Statement write, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var relaxed = write with { Sql = $"{Relax}; {write.Sql}" };
            var rows = await Query<T>(connection, transaction, relaxed, cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
            return rows;
        }
        catch (PostgresException refusal)
        {
            throw Translated(refusal);
        }
    }

    public async Task<int> WriteNow(IReadOnlyList<Statement> writes, CancellationToken cancellationToken)
    {
        var batch = await Transact(writes, CommitDurability.Relaxed, cancellationToken);
        return batch[0].RecordsAffected;
    }

    public Task Commit(IReadOnlyList<Statement> writes, CommitDurability durability, CancellationToken cancellationToken) =>
        Transact(writes, durability, cancellationToken);

    public async Task Migrate(Func<IMigrationTransaction, Task> work, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var migration = new MigrationTransaction(connection, transaction);
        await migration.Execute(new Statement("", $"SELECT pg_advisory_xact_lock({MigrationLock})"), cancellationToken);
        await work(migration);
        await transaction.CommitAsync(CancellationToken.None);
    }

    public void Dispose() => _source.Dispose();

    private static async Task<IReadOnlyList<T>> Query<T>(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        Statement query,
        CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<T>(
            new CommandDefinition(query.Sql, new StatementValues(query, Fit), transaction, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    private static NpgsqlBatchCommand Command(Statement statement)
    {
        var command = new NpgsqlBatchCommand(statement.Sql);
        foreach (var (name, value) in statement.Values)
        {
            command.Parameters.Add(new NpgsqlParameter(name, Fit(value)));
        }

        return command;
    }

    private static Exception Translated(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => new DuplicateException(refusal.TableName ?? "", refusal),
        PostgresErrorCodes.LockNotAvailable => new LockTimeoutException(refusal),
        // Two transactions each held what the other wanted: the same as coming second.
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => new ConcurrencyConflictException("several rows"),
        _ => refusal,
    };

    private async Task<NpgsqlBatchCommand[]> Transact(
        IReadOnlyList<Statement> writes,
        CommitDurability durability,
        CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        if (durability == CommitDurability.Relaxed)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(Relax));
        }

        if (writes.Any(write => write.WaitsBriefly))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL lock_timeout = '2s'"));
        }

        var commands = new NpgsqlBatchCommand[writes.Count];
        for (var i = 0; i < commands.Length; i++)
        {
            commands[i] = Command(writes[i]);
            batch.BatchCommands.Add(commands[i]);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            RequireExpected(writes, commands, commands.Length);
            // Not to be called off: nobody would know whether it had happened.
            await transaction.CommitAsync(CancellationToken.None);
            return commands;
        }
        catch (PostgresException refusal)
        {
            // The batch runs on after a statement that touched no row: whatever failed first is what happened.
            if (refusal.BatchCommand is NpgsqlBatchCommand failed && Array.IndexOf(commands, failed) is > 0 and var reached)
            {
                RequireExpected(writes, commands, reached);
            }

            throw Translated(refusal);
        }
    }

    private static void RequireExpected(IReadOnlyList<Statement> writes, NpgsqlBatchCommand[] commands, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (writes[i].Expects is { } expected && commands[i].RecordsAffected != expected)
            {
                throw writes[i].Conflict();
            }
        }
    }

    private sealed class MigrationTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IMigrationTransaction
    {
        public Task Execute(Statement statement, CancellationToken cancellationToken) => connection.ExecuteAsync(
            new CommandDefinition(statement.Sql, new StatementValues(statement, Fit), transaction, cancellationToken: cancellationToken));

        public Task<IReadOnlyList<T>> Query<T>(Statement query, CancellationToken cancellationToken) =>
            PostgresDialect.Query<T>(connection, transaction, query, cancellationToken);
    }
}
