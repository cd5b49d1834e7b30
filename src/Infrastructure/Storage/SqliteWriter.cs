using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One connection that writes, with its commands kept prepared. Not for two threads at once.</summary>
internal sealed class SqliteWriter(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqliteConnection Connection => connection;

    public void Begin() => Run(new Statement("", "BEGIN IMMEDIATE"));

    public void Commit() => Run(new Statement("", "COMMIT"));

    /// <summary>SQLite may have rolled back by itself, e.g. when the disk is full.</summary>
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            Run(new Statement("", "ROLLBACK"));
        }
    }

    public int Run(Statement statement)
    {
        if (!_prepared.TryGetValue(statement.Sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement.Sql;
            foreach (var (name, _) in statement.Values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }

            _prepared.Add(statement.Sql, command);
        }

        for (var i = 0; i < statement.Values.Length; i++)
        {
            command.Parameters[i].Value = SqliteDialect.Fit(statement.Values[i].Value);
        }

        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
