using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class LimitStore(DbSession session) : ILimitStore
{
    public async Task<IReadOnlyList<Limit>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            """
            SELECT scope_kind, scope_id, measure, window_us AS span, amount FROM usage_limit
            ORDER BY scope_kind, scope_id, measure, window_us
            """,
            [],
            cancellationToken);
        return [.. rows.Select(row => new Limit(row.ScopeKind, row.ScopeId, row.Span, row.Amount) { Measure = row.Measure })];
    }

    public void Save(Limit limit) => session.Write(new(
        "usage_limit",
        """
        INSERT INTO usage_limit (scope_kind, scope_id, measure, window_us, amount) VALUES (@kind, @id, @measure, @window, @amount)
        ON CONFLICT (scope_kind, scope_id, measure, window_us) DO UPDATE SET amount = excluded.amount
        """,
        ("@kind", limit.ScopeKind),
        ("@id", limit.ScopeId),
        ("@measure", limit.Measure),
        ("@window", limit.Window),
        ("@amount", limit.Amount)));

    public void Remove(Limit limit) => session.Write(new(
        "usage_limit",
        "DELETE FROM usage_limit WHERE scope_kind = @kind AND scope_id = @id AND measure = @measure AND window_us = @window",
        ("@kind", limit.ScopeKind),
        ("@id", limit.ScopeId),
        ("@measure", limit.Measure),
        ("@window", limit.Window)));

    public void RemoveAll(string scopeKind, string scopeId) => session.Write(new(
        "usage_limit",
        "DELETE FROM usage_limit WHERE scope_kind = @kind AND scope_id = @id",
        ("@kind", scopeKind),
        ("@id", scopeId)));

    private sealed record Row
    {
        public required string ScopeKind { get; init; }

        public required string ScopeId { get; init; }

        public required LimitMeasure Measure { get; init; }

        public required TimeSpan Span { get; init; }

        public required int Amount { get; init; }
    }
}
