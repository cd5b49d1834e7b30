using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class ResponseStore(DbSession session) : IResponseStore
{
    public async Task<StoredResponse?> Find(RequestId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT id, user_id, previous_id, background, given, created_at FROM response WHERE id = @id",
            [("@id", id.Value)],
            cancellationToken);
        return row?.Response();
    }

    public async Task<RequestId?> FindMissing(RequestId id, CancellationToken cancellationToken)
    {
        var missing = await session.Read<Guid>(
            """
            WITH RECURSIVE chain (id, previous_id, depth) AS (
                SELECT id, previous_id, 0 FROM response WHERE id = @id
                UNION ALL
                SELECT above.id, above.previous_id, chain.depth + 1 FROM chain JOIN response above ON above.id = chain.previous_id
            )
            SELECT last.previous_id FROM chain JOIN response last ON last.id = chain.id
            WHERE last.previous_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM response WHERE response.id = last.previous_id)
            """,
            [("@id", id.Value)],
            cancellationToken);
        return missing.Count == 0 ? null : new RequestId(missing[0]);
    }

    public async Task<IReadOnlyList<RequestId>> ListOld(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var ids = await session.Read<Guid>(
            """
            SELECT old.id FROM response old JOIN relay_request ON relay_request.id = old.id
            WHERE old.created_at < @before AND relay_request.ended_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM response later WHERE later.previous_id = old.id)
            ORDER BY old.created_at LIMIT @limit
            """,
            [("@before", before), ("@limit", limit)],
            cancellationToken);
        return [.. ids.Select(id => new RequestId(id))];
    }

    public void Add(StoredResponse response) => session.Write(new(
        "response",
        """
        INSERT INTO response (id, user_id, previous_id, background, given, created_at)
        VALUES (@id, @user, @previous, @background, @given, @created)
        """,
        ("@id", response.Id.Value),
        ("@user", response.UserId.Value),
        ("@previous", response.PreviousId?.Value),
        ("@background", response.Background),
        ("@given", response.Given),
        ("@created", response.CreatedAt)));

    public void Remove(RequestId id)
    {
        foreach (var (table, sql) in new[]
        {
            ("message", "UPDATE message SET parent_id = NULL WHERE parent_id IN (SELECT id FROM message WHERE session_id = @id) AND session_id <> @id"),
            ("reply_event", "DELETE FROM reply_event WHERE request_id = @id"),
            ("outbox", "DELETE FROM outbox WHERE topic = 'Dispatch' AND request_id = @id"),
            ("response", "DELETE FROM response WHERE id = @id"),
            ("relay_request", "DELETE FROM relay_request WHERE id = @id"),
            ("message", "DELETE FROM message WHERE session_id = @id"),
            ("chat_session", "DELETE FROM chat_session WHERE id = @id"),
        })
        {
            session.Write(new(table, sql, ("@id", id.Value)));
        }
    }

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required Guid UserId { get; init; }

        public required Guid? PreviousId { get; init; }

        public required bool Background { get; init; }

        public required string Given { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public StoredResponse Response() => new()
        {
            Id = new(Id),
            UserId = new(UserId),
            PreviousId = PreviousId is { } previous ? new RequestId(previous) : null,
            Background = Background,
            Given = Given,
            CreatedAt = CreatedAt,
        };
    }
}
