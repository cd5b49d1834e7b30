using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One connection that writes. Not for two threads at once.</summary>
internal sealed class SqliteWriter(SqliteStatements statements) : IDisposable
{
    private static readonly Statement ToBegin = new("", "BEGIN IMMEDIATE");
    private static readonly Statement ToCommit = new("", "COMMIT");
    private static readonly Statement ToRollBack = new("", "ROLLBACK");

    public SqliteConnection Connection => statements.Connection;

    public void Begin() => Run(ToBegin);

    public void Commit() => Run(ToCommit);

    /// <summary>SQLite may have rolled back by itself, e.g. when the disk is full.</summary>
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(Connection.Handle) == 0)
        {
            Run(ToRollBack);
        }
    }

    public int Run(Statement statement) => statements.Run(statement);

    public List<T> Query<T>(Statement query) => statements.Query<T>(query);

    /// <inheritdoc cref="SqliteStatements.Query{T}(Statement, Func{SqliteDataReader, T})"/>
    public List<T> Query<T>(Statement query, Func<SqliteDataReader, T> row) => statements.Query(query, row);

    public void Dispose() => statements.Dispose();
}
