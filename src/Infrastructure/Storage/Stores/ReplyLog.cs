using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class ReplyLog(DbSession session) : IReplyLog
{
    private const int RequestsAtOnce = 200;

    public void Append(RequestId request, ReplyEvent happened)
    {
        var (kind, data) = ReplyEventJson.Write(happened);
        session.Write(new(
            "reply_event",
            "INSERT INTO reply_event (request_id, id, kind, data) VALUES (@request, @id, @kind, @data)",
            ("@request", request.Value),
            ("@id", happened.Id),
            ("@kind", kind),
            ("@data", data)));
    }

    public async Task<IReadOnlyList<ReplyEvent>> Read(RequestId request, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            "SELECT id, kind, data FROM reply_event WHERE request_id = @request AND id > @after ORDER BY id LIMIT @limit",
            [("@request", request.Value), ("@after", after), ("@limit", limit)],
            cancellationToken);
        return [.. rows.Select(row => ReplyEventJson.Read(row.Id, row.Kind, row.Data))];
    }

    public async Task<int> Compact(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var forgotten = 0;
        while (true)
        {
            // A few at a time: whoever streams must not wait long for the database.
            var ended = await session.Read<Guid>(
                """
                SELECT id FROM relay_request
                WHERE ended_at IS NOT NULL AND NOT compacted AND ended_at < @before ORDER BY ended_at LIMIT @limit
                """,
                [("@before", endedBefore), ("@limit", RequestsAtOnce)],
                cancellationToken);
            foreach (var id in ended)
            {
                forgotten += await session.Dialect.WriteNow(
                    [
                        new(
                            "reply_event",
                            """
                            DELETE FROM reply_event
                            WHERE request_id = @request AND id < (SELECT max(id) FROM reply_event WHERE request_id = @request)
                            """,
                            ("@request", id)),
                        new("relay_request", "UPDATE relay_request SET compacted = TRUE WHERE id = @request", ("@request", id)),
                    ],
                    cancellationToken);
            }

            if (ended.Count < RequestsAtOnce)
            {
                return forgotten;
            }
        }
    }

    private sealed record Row
    {
        public required long Id { get; init; }

        public required string Kind { get; init; }

        public required string Data { get; init; }
    }
}
