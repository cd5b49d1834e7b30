using MeatLizard.Application;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class IdempotencyStore(DbSession session) : IIdempotencyStore
{
    public async Task<IdempotencyRecord?> Find(UserId user, string scope, string key, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            """
            SELECT fingerprint, result, created_at FROM idempotency_key
            WHERE user_id = @user AND scope = @scope AND request_key = @key
            """,
            [("@user", user.Value), ("@scope", scope), ("@key", key)],
            cancellationToken);
        return row is null ? null : new(user, scope, key, row.Fingerprint, row.Result, row.CreatedAt);
    }

    public void Add(IdempotencyRecord record) => session.Write(new(
        "idempotency_key",
        """
        INSERT INTO idempotency_key (user_id, scope, request_key, fingerprint, result, created_at)
        VALUES (@user, @scope, @key, @fingerprint, @result, @created)
        """,
        ("@user", record.UserId.Value),
        ("@scope", record.Scope),
        ("@key", record.Key),
        ("@fingerprint", record.Fingerprint),
        ("@result", record.Result),
        ("@created", record.CreatedAt))
    { WaitsBriefly = true });

    public Task<int> RemoveBefore(DateTimeOffset time, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [new("idempotency_key", "DELETE FROM idempotency_key WHERE created_at < @time", ("@time", time))],
        cancellationToken);

    private sealed record Row
    {
        public required string Fingerprint { get; init; }

        public required string Result { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }
    }
}
