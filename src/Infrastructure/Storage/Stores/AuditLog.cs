using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class AuditLog(DbSession session) : IAuditLog
{
    private const char Cursor = 'a';

    public void Add(AuditEntry entry) => session.Write(new(
        "audit_entry",
        """
        INSERT INTO audit_entry (id, at, provider, subject, name, place, action, target, outcome, code)
        VALUES (@id, @at, @provider, @subject, @name, @place, @action, @target, @outcome, @code)
        """,
        ("@id", entry.Id),
        ("@at", entry.At),
        ("@provider", entry.Provider),
        ("@subject", entry.Subject),
        ("@name", entry.Name),
        ("@place", entry.Place),
        ("@action", entry.Action),
        ("@target", entry.Target),
        ("@outcome", entry.Outcome),
        ("@code", entry.Code)));

    public void Settle(Guid id, AuditOutcome outcome, string? code) => session.Write(new(
        "audit_entry",
        "UPDATE audit_entry SET outcome = @outcome, code = @code WHERE id = @id AND outcome = 'Begun'",
        ("@id", id),
        ("@outcome", outcome),
        ("@code", code)));

    public async Task<IReadOnlyList<AuditEntry>> Latest(int limit, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            """
            SELECT id, at, provider, subject, name, place, action, target, outcome, code
            FROM audit_entry ORDER BY at DESC, id DESC LIMIT @limit
            """,
            [("@limit", limit)],
            cancellationToken);
        return [.. rows.Select(row => row.Entry())];
    }

    public Task<Page<AuditEntry>> List(int limit, string? cursor, CancellationToken cancellationToken) =>
        List("1 = 1", [], limit, cursor, cancellationToken);

    public Task<Page<AuditEntry>> ListAbout(UserId user, int limit, string? cursor, CancellationToken cancellationToken) => List(
        $"""
        (provider = '{AuditEntry.User}' AND subject = @subject OR target LIKE @target OR EXISTS (
            SELECT 1 FROM identity WHERE user_id = @user AND identity.provider = audit_entry.provider AND identity.subject = audit_entry.subject))
        """,
        [("@subject", $"{user}"), ("@target", $"{user}%"), ("@user", user.Value)],
        limit,
        cursor,
        cancellationToken);

    private async Task<Page<AuditEntry>> List(
        string which, (string Name, object? Value)[] values, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (at, id) = cursor is null ? (0, default) : PageCursor.Read(Cursor, cursor);
        var rows = await session.Read<Row>(
            $"""
            SELECT id, at, provider, subject, name, place, action, target, outcome, code FROM audit_entry
            WHERE {which}{(cursor is null ? "" : " AND (at, id) < (@at, @id)")}
            ORDER BY at DESC, id DESC LIMIT @limit
            """,
            [.. values, .. cursor is null ? [] : Place(at, id), ("@limit", limit + 1)],
            cancellationToken);
        AuditEntry[] items = [.. rows.Take(limit).Select(row => row.Entry())];
        return new(items, rows.Count > limit ? PageCursor.Write(Cursor, StoredValue.Microseconds(items[^1].At), items[^1].Id) : null);
    }

    private static (string Name, object? Value)[] Place(long at, Guid id) => [("@at", StoredValue.Time(at)), ("@id", id)];

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required DateTimeOffset At { get; init; }

        public required string Provider { get; init; }

        public required string Subject { get; init; }

        public required string Name { get; init; }

        public required string? Place { get; init; }

        public required string Action { get; init; }

        public required string? Target { get; init; }

        public required AuditOutcome Outcome { get; init; }

        public required string? Code { get; init; }

        public AuditEntry Entry() => new()
        {
            Id = Id,
            At = At,
            Provider = Provider,
            Subject = Subject,
            Name = Name,
            Place = Place,
            Action = Action,
            Target = Target,
            Outcome = Outcome,
            Code = Code,
        };
    }
}
