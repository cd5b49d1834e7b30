using MeatLizard.Application.Operations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class FigureStore(DbSession session) : IFigures
{
    public async Task<QueueFigures> Queue(CancellationToken cancellationToken)
    {
        var requests = await session.ReadFirst<RequestRow>(
            """
            SELECT
                count(*) FILTER (WHERE status = 'Queued') AS queued,
                count(*) FILTER (WHERE status <> 'Queued') AS running,
                min(queued_at) FILTER (WHERE status = 'Queued') AS oldest
            FROM relay_request WHERE ended_at IS NULL
            """,
            [],
            cancellationToken);
        var outbox = await session.ReadFirst<OutboxRow>(
            """
            SELECT
                count(*) FILTER (WHERE parked_reason IS NULL) AS promised,
                count(*) FILTER (WHERE parked_reason IS NOT NULL) AS parked
            FROM outbox
            """,
            [],
            cancellationToken);
        return new((int)requests!.Queued, (int)requests.Running, requests.Oldest, (int)outbox!.Promised, (int)outbox.Parked);
    }

    // "NOT compacted" holds for a day after the end, and lets the index of requests that are still to be tidied up be used.
    public async Task<AnswerFigures> Answers(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<AnswerRow>(
            $"""
            SELECT
                count(*) AS ended,
                count(*) FILTER (WHERE status IN ('Failed', 'TimedOut')) AS failed,
                min(wait) FILTER (WHERE share >= 0.5) AS p50,
                min(wait) FILTER (WHERE share >= 0.95) AS p95
            FROM (
                SELECT
                    status, wait,
                    CASE WHEN wait IS NOT NULL THEN cume_dist() OVER (PARTITION BY wait IS NULL ORDER BY wait) END AS share
                FROM (
                    SELECT status, {session.Dialect.Elapsed("queued_at", "first_token_at")} AS wait
                    FROM relay_request
                    WHERE ended_at IS NOT NULL AND NOT compacted AND ended_at >= @since
                ) AS ended
            ) AS shared
            """,
            [("@since", since)],
            cancellationToken);
        return new((int)row!.Ended, (int)row.Failed, row.P50, row.P95);
    }

    private sealed record RequestRow
    {
        public required long Queued { get; init; }

        public required long Running { get; init; }

        public required DateTimeOffset? Oldest { get; init; }
    }

    private sealed record OutboxRow
    {
        public required long Promised { get; init; }

        public required long Parked { get; init; }
    }

    private sealed record AnswerRow
    {
        public required long Ended { get; init; }

        public required long Failed { get; init; }

        public required TimeSpan? P50 { get; init; }

        public required TimeSpan? P95 { get; init; }
    }
}
