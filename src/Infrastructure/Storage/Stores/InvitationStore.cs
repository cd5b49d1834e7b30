using MeatLizard.Application;
using MeatLizard.Application.Identity.People;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class InvitationStore(DbSession session) : IInvitationStore
{
    private const char Cursor = 'i';

    private const string Columns = "id, version, hash, role, note, invited_by, created_at, expires_at, used_by, used_at, revoked_at";

    public Task<Invitation?> Find(InvitationId id, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM invitation WHERE id = @value", id.Value, cancellationToken);

    public Task<Invitation?> FindByHash(string hash, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM invitation WHERE hash = @value", hash, cancellationToken);

    public async Task<Page<InvitationState>> List(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (at, id) = cursor is null ? (0, default) : PageCursor.Read(Cursor, cursor);
        var rows = await session.Read<Row>(
            $"""
            SELECT {Columns} FROM invitation
            {(cursor is null ? "" : "WHERE (created_at, id) < (@at, @id)")}
            ORDER BY created_at DESC, id DESC LIMIT @limit
            """,
            cursor is null ? [("@limit", limit + 1)] : [("@at", StoredValue.Time(at)), ("@id", id), ("@limit", limit + 1)],
            cancellationToken);
        InvitationState[] items = [.. rows.Take(limit).Select(row => row.State())];
        return new(
            items,
            rows.Count > limit ? PageCursor.Write(Cursor, StoredValue.Microseconds(items[^1].CreatedAt), items[^1].Id.Value) : null);
    }

    public async Task<IReadOnlyList<InvitationState>> ListOf(UserId user, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            $"SELECT {Columns} FROM invitation WHERE invited_by = @user OR used_by = @user ORDER BY created_at DESC, id DESC",
            [("@user", user.Value)],
            cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public void Save(Invitation invitation) => session.Save(invitation, () => Write(invitation));

    private static Statement Write(Invitation invitation)
    {
        var state = invitation.State;
        var isNew = invitation.StoredVersion == 0;
        return new(
            "invitation",
            isNew
                ? """
                  INSERT INTO invitation (
                      id, version, hash, role, note, invited_by, created_at, expires_at, used_by, used_at, revoked_at)
                  VALUES (@id, @version, @hash, @role, @note, @inviter, @created, @expires, @user, @used, @revoked)
                  """
                : """
                  UPDATE invitation SET version = @version, used_by = @user, used_at = @used, revoked_at = @revoked
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", invitation.Version),
                ("@user", state.UsedBy?.Value),
                ("@used", state.UsedAt),
                ("@revoked", state.RevokedAt),
                .. isNew
                    ? [
                        ("@hash", state.Hash),
                        ("@role", state.Role),
                        ("@note", state.Note),
                        ("@inviter", state.InvitedBy.Value),
                        ("@created", state.CreatedAt),
                        ("@expires", state.ExpiresAt),
                    ]
                    : Statement.Stored(invitation.StoredVersion),
            ])
        { Expects = 1 };
    }

    private async Task<Invitation?> FindOne(string sql, object value, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(sql, [("@value", value)], cancellationToken);
        return row is null ? null : new Invitation(row.State(), row.Version);
    }

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required long Version { get; init; }

        public required string Hash { get; init; }

        public required Role Role { get; init; }

        public required string? Note { get; init; }

        public required Guid InvitedBy { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        public required Guid? UsedBy { get; init; }

        public required DateTimeOffset? UsedAt { get; init; }

        public required DateTimeOffset? RevokedAt { get; init; }

        public InvitationState State() => new()
        {
            Id = new(Id),
            Hash = Hash,
            Role = Role,
            Note = Note,
            InvitedBy = new(InvitedBy),
            CreatedAt = CreatedAt,
            ExpiresAt = ExpiresAt,
            UsedBy = UsedBy is { } user ? new UserId(user) : null,
            UsedAt = UsedAt,
            RevokedAt = RevokedAt,
        };
    }
}
