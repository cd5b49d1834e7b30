using Dapper;
using Microsoft.Data.Sqlite;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One connection, with its commands kept prepared. Not for two threads at once.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqliteConnection Connection => connection;

    public int Run(Statement statement) => Filled(statement).ExecuteNonQuery();

    public List<T> Query<T>(Statement query)
    {
        using var reader = Filled(query).ExecuteReader();
        return [.. reader.Parse<T>()];
    }

    /// <summary>Without Dapper, which brings megabytes along: for a process that asks for little.</summary>
    public List<T> Query<T>(Statement query, Func<SqliteDataReader, T> row)
    {
        using var reader = Filled(query).ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Filled(Statement statement)
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

        return command;
    }
}
