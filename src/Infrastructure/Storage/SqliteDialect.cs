using Dapper;
using MeatLizard.Application;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>
/// SQLite in WAL mode: readers never wait, and one writer at a time is all that SQLite allows, so that writers of this process
/// queue here and only those of another process are waited for in the file's lock. The driver is synchronous.
/// </summary>
internal sealed class SqliteDialect : IDialect, IDisposable
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);
    private readonly SqliteFile _file;
    private readonly SemaphoreSlim _gate = new(1);

    public SqliteDialect(StorageOptions options)
    {
        DapperSetup.Ensure();
        _file = new SqliteFile(options);
    }

    public string Name => StorageOptions.Sqlite;

    public string SkipLocked => "";

    public string Elapsed(string from, string to) => $"({to} - {from})";

    public static object Fit(object? value) => value switch
    {
        null => DBNull.Value,
        string text => StoredValue.Text(text),
        Guid id => id.ToString(),
        DateTimeOffset time => StoredValue.Microseconds(time),
        TimeSpan duration => StoredValue.Microseconds(duration),
        Enum name => name.ToString(),
        _ => value,
    };

    /// <summary>A connection of one's own that only reads, and ends with whoever asked for it.</summary>
    public SqliteStatements OpenReader() => _file.OpenReader();

    public Task<IReadOnlyList<T>> Read<T>(Statement query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = _file.TakeReader();
        try
        {
            return Task.FromResult<IReadOnlyList<T>>(reader.Query<T>(query));
        }
        catch (SqliteException refusal)
        {
            throw Translated(refusal);
        }
        finally
        {
            _file.GiveBack(reader);
        }
    }

    public async Task<IReadOnlyList<T>> WriteNow<T>(Statement write, CancellationToken cancellationToken)
    {
        IReadOnlyList<T> rows = [];
        await Transact(CommitDurability.Relaxed, writer => rows = writer.Query<T>(write), cancellationToken);
        return rows;
    }

    public async Task<int> WriteNow(IReadOnlyList<Statement> writes, CancellationToken cancellationToken)
    {
        var touched = 0;
        await Transact(
            CommitDurability.Relaxed,
            writer =>
            {
                for (var i = 0; i < writes.Count; i++)
                {
                    var rows = writer.Run(writes[i]);
                    touched = i == 0 ? rows : touched;
                }
            },
            cancellationToken);
        return touched;
    }

    public Task Commit(IReadOnlyList<Statement> writes, CommitDurability durability, CancellationToken cancellationToken) => Transact(
        durability,
        writer =>
        {
            foreach (var write in writes)
            {
                var touched = writer.Run(write);
                if (write.Expects is { } expected && touched != expected)
                {
                    throw write.Conflict();
                }
            }
        },
        cancellationToken);

    // The file is written anew without its free pages, and then the log beside it is emptied: what was deleted stands in neither.
    public async Task Sweep(CancellationToken cancellationToken)
    {
        await Enter(cancellationToken);
        try
        {
            _file.Sweep();
        }
        catch (SqliteException refusal)
        {
            throw Translated(refusal);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task Migrate(Func<IMigrationTransaction, Task> work, CancellationToken cancellationToken)
    {
        await Enter(cancellationToken);
        try
        {
            var writer = _file.Synced;
            writer.Begin();
            try
            {
                await work(new MigrationTransaction(writer));
                writer.Commit();
            }
            catch
            {
                writer.RollBack();
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _gate.Dispose();
    }

    private async Task Transact(CommitDurability durability, Action<SqliteWriter> work, CancellationToken cancellationToken)
    {
        await Enter(cancellationToken);
        try
        {
            var writer = durability == CommitDurability.Synced ? _file.Synced : _file.Relaxed;
            writer.Begin();
            try
            {
                work(writer);
                writer.Commit();
            }
            catch
            {
                writer.RollBack();
                throw;
            }
        }
        catch (SqliteException refusal)
        {
            throw Translated(refusal);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task Enter(CancellationToken cancellationToken)
    {
        if (!await _gate.WaitAsync(LockWait, cancellationToken))
        {
            throw new LockTimeoutException(new TimeoutException("Other writers of this process took too long."));
        }
    }

    private static Exception Translated(SqliteException refusal) => refusal switch
    {
        { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } => new LockTimeoutException(refusal),
        { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY } =>
            new DuplicateException(TableIn(refusal.Message), refusal),
        // What was to be referred to has been deleted since it was read, or the other way round: the same as coming second.
        { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_FOREIGNKEY } => new ConcurrencyConflictException("a row that is referred to"),
        _ => refusal,
    };

    // "… UNIQUE constraint failed: message.session_id, message.client_key'."
    private static string TableIn(string message)
    {
        const string Before = "constraint failed: ";
        var start = message.IndexOf(Before, StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        var name = message.AsSpan(start + Before.Length);
        var end = name.IndexOf('.');
        return end < 0 ? "" : name[..end].ToString();
    }

    private sealed class MigrationTransaction(SqliteWriter writer) : IMigrationTransaction
    {
        public Task Execute(Statement statement, CancellationToken cancellationToken)
        {
            using var command = writer.Connection.CreateCommand();
            command.CommandText = statement.Sql;
            new StatementValues(statement, Fit).AddParameters(command, null!);
            command.ExecuteNonQuery();
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<T>> Query<T>(Statement query, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<T>>(
                writer.Connection.Query<T>(query.Sql, new StatementValues(query, Fit)).AsList());
    }
}
