using MeatLizard.Application.Identity.People;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class RecoveryStore(DbSession session) : IRecoveryStore
{
    public async Task<OpenRecovery?> Find(string hash, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT user_id, hash, expires_at FROM recovery_link WHERE hash = @hash", [("@hash", hash)], cancellationToken);
        return row is null ? null : new(new(row.UserId), row.Hash, row.ExpiresAt);
    }

    public async Task<OpenRecovery?> FindOf(UserId user, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT user_id, hash, expires_at FROM recovery_link WHERE user_id = @user", [("@user", user.Value)], cancellationToken);
        return row is null ? null : new(new(row.UserId), row.Hash, row.ExpiresAt);
    }

    public void Offer(OpenRecovery recovery) => session.Write(new(
        "recovery_link",
        """
        INSERT INTO recovery_link (user_id, hash, expires_at) VALUES (@user, @hash, @expires)
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at
        """,
        ("@user", recovery.UserId.Value),
        ("@hash", recovery.Hash),
        ("@expires", recovery.ExpiresAt)));

    // The row is the link: of two who use it at once one finds nothing to delete.
    public void Use(string hash) =>
        session.Write(new("recovery_link", "DELETE FROM recovery_link WHERE hash = @hash", ("@hash", hash)) { Expects = 1 });

    private sealed record Row
    {
        public required Guid UserId { get; init; }

        public required string Hash { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }
    }
}
