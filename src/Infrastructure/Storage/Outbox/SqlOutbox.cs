using MeatLizard.Application.Relay;

namespace MeatLizard.Infrastructure.Storage.Outbox;

internal sealed class SqlOutbox(DbSession session) : IOutbox
{
    public void Add(OutboxItem item) => session.Write(new(
        "outbox",
        """
        INSERT INTO outbox (id, topic, request_id, attempt, target, due_at, tries)
        VALUES (@id, @topic, @request, @attempt, @target, @due, @tries)
        """,
        ("@id", item.Id),
        ("@topic", item.Topic),
        ("@request", item.RequestId.Value),
        ("@attempt", item.Attempt),
        ("@target", item.Target),
        ("@due", item.DueAt),
        ("@tries", item.Tries)));

    public void Remove(Guid id) => session.Write(new("outbox", "DELETE FROM outbox WHERE id = @id", ("@id", id)));

    public async Task<IReadOnlyList<OutboxItem>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken)
    {
        // Whoever stops an answer must not wait behind all that wait for its slot ("Cancel" sorts before "Dispatch").
        // Materialized: a subselect that locks must run once, or it would lock more than the limit.
        var rows = await session.Dialect.WriteNow<Row>(
            new(
                "outbox",
                $"""
                WITH due AS MATERIALIZED (
                    SELECT id FROM outbox
                    WHERE due_at <= @now AND parked_reason IS NULL AND (claimed_until IS NULL OR claimed_until <= @now)
                    ORDER BY topic, id LIMIT @limit {session.Dialect.SkipLocked}
                )
                UPDATE outbox SET claimed_until = @until, tries = tries + 1 WHERE id IN (SELECT id FROM due)
                RETURNING id, topic, request_id, attempt, target, due_at, tries
                """,
                ("@until", now + lease),
                ("@now", now),
                ("@limit", limit)),
            cancellationToken);
        return [.. rows.Select(row => row.Item()).OrderBy(item => item.Topic == OutboxTopic.Dispatch).ThenBy(item => item.Id)];
    }

    public Task Postpone(Guid id, DateTimeOffset until, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [new("outbox", "UPDATE outbox SET due_at = @until, claimed_until = NULL WHERE id = @id", ("@id", id), ("@until", until))],
        cancellationToken);

    public Task GiveBack(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [.. ids.Select(id => new Statement("outbox", "UPDATE outbox SET claimed_until = NULL, tries = tries - 1 WHERE id = @id", ("@id", id)))],
        cancellationToken);

    public Task Park(Guid id, string reason, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [new("outbox", "UPDATE outbox SET parked_reason = @reason, claimed_until = NULL WHERE id = @id", ("@id", id), ("@reason", reason))],
        cancellationToken);

    public async Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken) => await session.ReadFirst<DateTimeOffset?>(
        """
        SELECT CASE WHEN claimed_until > due_at THEN claimed_until ELSE due_at END AS free_at
        FROM outbox WHERE parked_reason IS NULL ORDER BY free_at LIMIT 1
        """,
        [],
        cancellationToken);

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required OutboxTopic Topic { get; init; }

        public required Guid RequestId { get; init; }

        public required int Attempt { get; init; }

        public required string? Target { get; init; }

        public required DateTimeOffset DueAt { get; init; }

        public required int Tries { get; init; }

        public OutboxItem Item() => new(Id, Topic, new(RequestId), Attempt, Target, DueAt, Tries);
    }
}
