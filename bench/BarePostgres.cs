using MeatLizard.Infrastructure.Storage;
using Npgsql;

namespace MeatLizard.Bench;

/// <summary>Npgsql as one would use it by hand: the statements prepared, a batch for those of one commit.</summary>
internal sealed class BarePostgres : IDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly ProductStatements _statements;

    public BarePostgres(StorageOptions storage, ProductStatements statements)
    {
        _statements = statements;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(storage.ConnectionString)
        {
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
        });
    }

    public async Task<byte[]?> ReadSession(Guid id)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(_statements.Session.Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<Guid>(_statements.Session.Values[0].Name, id));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? BareRow.Json(reader, [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]) : null;
    }

    /// <summary>What the product reads before it writes, a round trip each.</summary>
    public async Task ReadBefore(Guid session)
    {
        var ids = Fresh(session);
        foreach (var read in _statements.MessageReads)
        {
            await using var connection = await _source.OpenConnectionAsync();
            await using var command = new NpgsqlCommand(read.Sql, connection);
            foreach (var (name, value) in read.Values)
            {
                command.Parameters.Add(new NpgsqlParameter(name, Value(value, ids, "")));
            }

            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
            }
        }
    }

    public async Task<BareTaken> Write(Guid session, string content)
    {
        var ids = Fresh(session);
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var write in _statements.Message)
        {
            var command = new NpgsqlBatchCommand(write.Sql);
            foreach (var (name, value) in write.Values)
            {
                command.Parameters.Add(new NpgsqlParameter(name, Value(value, ids, content)));
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
        for (var i = 0; i < batch.BatchCommands.Count; i++)
        {
            if (_statements.Message[i].Expects is { } rows && batch.BatchCommands[i].RecordsAffected != rows)
            {
                throw new InvalidOperationException("A statement did less than it was recorded to do.");
            }
        }

        await transaction.CommitAsync();
        return new(ids[_statements.Ids[1]], session, "user", content, "complete", DateTimeOffset.UtcNow, ids[_statements.Ids[2]], "queued");
    }

    public void Dispose() => _source.Dispose();

    /// <summary>The recorded ids and what stands for each this time.</summary>
    private Dictionary<Guid, Guid> Fresh(Guid session)
    {
        var ids = new Dictionary<Guid, Guid>(_statements.Ids.Count) { [_statements.Ids[0]] = session };
        for (var i = 1; i < _statements.Ids.Count; i++)
        {
            ids[_statements.Ids[i]] = Guid.CreateVersion7();
        }

        return ids;
    }

    private static object Value(object? recorded, Dictionary<Guid, Guid> ids, string content) => recorded switch
    {
        Guid id => ids.GetValueOrDefault(id, id),
        string text when text == BareServer.Question => content,
        _ => PostgresDialect.Fit(recorded),
    };
}
