using System.Collections.Concurrent;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Data.Sqlite;

namespace MeatLizard.Bench;

/// <summary>The driver as one would use it by hand: connections that stay open, each with its command prepared.</summary>
internal sealed class BareSqlite(StorageOptions storage, ProductStatements statements) : IDisposable
{
    private readonly ConcurrentStack<SqliteCommand> _idle = [];

    public Task<byte[]?> ReadSession(Guid id)
    {
        if (!_idle.TryPop(out var command))
        {
            command = Open();
        }

        command.Parameters[0].Value = id.ToString();
        byte[]? row;
        using (var reader = command.ExecuteReader())
        {
            row = reader.Read() ? BareRow.Json(reader, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]) : null;
        }

        _idle.Push(command);
        return Task.FromResult(row);
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var command))
        {
            command.Connection!.Dispose();
            command.Dispose();
        }
    }

    private SqliteCommand Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(storage.DataFolder, "meatlizard.db")};Pooling=False");
        connection.Open();
        var command = connection.CreateCommand();
        command.CommandText = statements.Session.Sql;
        command.Parameters.Add(new SqliteParameter { ParameterName = statements.Session.Values[0].Name, Value = "" });
        command.Prepare();
        return command;
    }
}
