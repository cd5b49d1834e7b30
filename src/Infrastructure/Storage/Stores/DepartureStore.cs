using MeatLizard.Application.Identity.Departure;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class DepartureStore(DbSession session) : IDepartureStore
{
    public void RemoveAll(UserId user)
    {
        // Of a target the id that it begins with stays; what else stands there may be a name that the person has chosen.
        Write(
            "audit_entry",
            $"""
            UPDATE audit_entry SET name = '', target = CASE WHEN target LIKE '________-____-____-____-____________%' THEN substr(target, 1, 36) END
            WHERE provider = '{AuditEntry.User}' AND subject = @subject OR EXISTS (
                SELECT 1 FROM identity
                WHERE user_id = @user AND identity.provider = audit_entry.provider AND identity.subject = audit_entry.subject)
            """,
            ("@subject", $"{user}"),
            ("@user", user.Value));
        Write(
            "usage_limit",
            $"""
            DELETE FROM usage_limit
            WHERE scope_kind = '{Limit.User}' AND scope_id = @subject
                OR scope_kind = '{Limit.Key}' AND scope_id IN (SELECT CAST(id AS text) FROM api_key WHERE user_id = @user)
            """,
            ("@subject", $"{user}"),
            ("@user", user.Value));

        // Whom a note names is who made it or who came by it.
        Write("invitation", "UPDATE invitation SET note = NULL WHERE invited_by = @user OR used_by = @user", ("@user", user.Value));
        foreach (var table in new[] { "identity", "api_key", "sign_in", "recovery_link", "idempotency_key", "group_member", "user_default" })
        {
            Write(table, $"DELETE FROM {table} WHERE user_id = @user", ("@user", user.Value));
        }
    }

    public async Task<IReadOnlyList<UserId>> ListLeaving(CancellationToken cancellationToken)
    {
        var ids = await session.Read<Guid>("SELECT id FROM app_user WHERE status = 'Leaving' ORDER BY id", [], cancellationToken);
        return [.. ids.Select(id => new UserId(id))];
    }

    public Task Sweep(CancellationToken cancellationToken) => session.Dialect.Sweep(cancellationToken);

    private void Write(string table, string sql, params (string Name, object? Value)[] values) => session.Write(new(table, sql, values));
}
