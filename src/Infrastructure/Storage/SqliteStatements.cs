using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MeatLizard.Infrastructure.Storage;

/// <summary>One connection, with its commands kept prepared. Not for two threads at once.</summary>
internal sealed class SqliteStatements(SqliteConnection connection, RowReaders readers) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqliteConnection Connection => connection;

    public int Run(Statement statement) => Filled(statement).ExecuteNonQuery();

    public List<T> Query<T>(Statement query)
    {
        using var reader = Filled(query).ExecuteReader();
        if (!RowReaders.Reads<T>())
        {
            return [.. reader.Parse<T>()];
        }

        if (!reader.Read())
        {
            return [];
        }

        var read = readers.Find<T, SqliteDataReader>(query.Sql, reader, AreOfTables);
        List<T> rows = [];
        do
        {
            rows.Add(read(reader));
        }
        while (reader.Read());
        return rows;
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

    /// <summary>Only a table's column has a type of its own; what is computed has that of each row's value.</summary>
    private static bool AreOfTables(SqliteDataReader result)
    {
        for (var column = 0; column < result.FieldCount; column++)
        {
            if (raw.sqlite3_column_decltype(result.Handle, column).utf8_to_string() is not { Length: > 0 })
            {
                return false;
            }
        }

        return true;
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
