using MeatLizard.Infrastructure.Storage;
using Npgsql;

namespace MeatLizard.Bench;

/// <summary>Fresh sessions of the owner, put into PostgreSQL outside of what is measured, and everything of them taken out again.</summary>
internal sealed class SessionRows(StorageOptions storage) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(storage.ConnectionString) { Pooling = false });

    public async Task<IReadOnlyList<Guid>> Add(int count)
    {
        Guid[] ids = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
        await using var command = _source.CreateCommand(
            """
            INSERT INTO chat_session (id, version, owner_id, place_id, status, title, next_sequence, created_at, updated_at)
            SELECT id, 1, (SELECT id FROM app_user), '00000000-0000-7000-8000-000000000001', 'Active', 'Bench', 1, now(), now()
            FROM unnest($1) AS id
            """);
        command.Parameters.Add(new() { Value = ids });
        await command.ExecuteNonQueryAsync();
        await Execute("CHECKPOINT");
        return ids;
    }

    /// <summary>Empty tables again, so that every round meets the same.</summary>
    public async Task Clear()
    {
        await Execute("TRUNCATE outbox, response, reply_event, relay_request, message, chat_session");
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task Execute(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
