using System.Globalization;
using Dapper;
using MeatLizard.Application;
using Npgsql;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>PostgreSQL. A commit is one round trip: a batch is a transaction of its own, ended by its Sync.</summary>
internal sealed class PostgresDialect : IDialect, IDisposable
{
    // Any number, as long as every version of the program uses the same.
    private const long MigrationLock = 0x4D4C_4D49_4752;

    private const string Relax = "SET LOCAL synchronous_commit = off";

    /// <summary>What a statement that touched another number of rows than it must ends with; nothing else divides here.</summary>
    private const string WrongCount = PostgresErrorCodes.DivisionByZero;

    private readonly RowReaders _readers = new();
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

    public string Elapsed(string from, string to) => $"(extract(epoch FROM {to} - {from}) * 1000000)::bigint";

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
        return RowReaders.Reads<T>() ? await Rows<T>(connection, query, cancellationToken) : await Query<T>(connection, null, query, cancellationToken);
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

    // The files are the server's: its vacuum takes dead rows, and its own log ends with its checkpoints.
    public Task Sweep(CancellationToken cancellationToken) => Task.CompletedTask;

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

    private async Task<IReadOnlyList<T>> Rows<T>(NpgsqlConnection connection, Statement query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query.Sql, connection);
        new StatementValues(query, Fit).AddParameters(command, null!);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return [];
        }

        var read = _readers.Find<T, NpgsqlDataReader>(query.Sql, reader, static _ => true);
        List<T> rows = [];
        do
        {
            rows.Add(read(reader));
        }
        while (await reader.ReadAsync(cancellationToken));
        return rows;
    }

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
        // A wrong count must stop what follows, COMMIT included, and the database alone can see it in time.
        var command = new NpgsqlBatchCommand(statement.Expects is { } expected
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"WITH written AS ({statement.Sql} RETURNING 1) SELECT 1 / (count(*) = {expected})::int FROM written")
            : statement.Sql);
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
        // What was to be referred to has been deleted since it was read, or the other way round: also the same as coming second.
        PostgresErrorCodes.ForeignKeyViolation => new ConcurrencyConflictException(refusal.TableName ?? ""),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => new ConcurrencyConflictException("several rows"),
        _ => refusal,
    };

    private async Task<NpgsqlBatchCommand[]> Transact(
        IReadOnlyList<Statement> writes,
        CommitDurability durability,
        CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        if (durability == CommitDurability.Relaxed)
        {
            Set("synchronous_commit", "off");
        }

        if (writes.Any(write => write.WaitsBriefly))
        {
            Set("lock_timeout", "2s");
        }

        NpgsqlBatchCommand[] commands = [.. writes.Select(Command)];
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        try
        {
            // Once sent it is not to be called off: nobody would know whether it had happened.
            cancellationToken.ThrowIfCancellationRequested();
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return commands;
        }
        catch (PostgresException refusal) when (refusal.SqlState == WrongCount)
        {
            throw writes[Array.IndexOf(commands, refusal.BatchCommand)].Conflict();
        }
        catch (PostgresException refusal)
        {
            throw Translated(refusal);
        }

        // For this transaction alone; SET LOCAL would want one that BEGIN has opened.
        void Set(string name, string value) =>
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT set_config('{name}', '{value}', true)"));
    }

    private sealed class MigrationTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IMigrationTransaction
    {
        public Task Execute(Statement statement, CancellationToken cancellationToken) => connection.ExecuteAsync(
            new CommandDefinition(statement.Sql, new StatementValues(statement, Fit), transaction, cancellationToken: cancellationToken));

        public Task<IReadOnlyList<T>> Query<T>(Statement query, CancellationToken cancellationToken) =>
            PostgresDialect.Query<T>(connection, transaction, query, cancellationToken);
    }
}
