using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class UserStore(DbSession session) : IUserStore
{
    private const char Cursor = 'u';

    public async Task<User?> Find(UserId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT id, version, name, role, status, created_at FROM app_user WHERE id = @id",
            [("@id", id.Value)],
            cancellationToken);
        return row is null ? null : new User(row.State(), row.Version);
    }

    public async Task<Page<Account>> List(int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (at, id) = cursor is null ? (0, default) : PageCursor.Read(Cursor, cursor);
        var rows = await session.Read<AccountRow>(
            $"""
            SELECT id, version, name, role, status, created_at,
                (SELECT MIN(subject) FROM identity WHERE user_id = app_user.id AND provider = '{Domain.Identity.Identity.Password}') AS email
            FROM app_user
            WHERE status NOT IN ('Leaving', 'Forgotten'){(cursor is null ? "" : " AND (created_at, id) > (@at, @id)")}
            ORDER BY created_at, id LIMIT @limit
            """,
            cursor is null ? [("@limit", limit + 1)] : [("@at", StoredValue.Time(at)), ("@id", id), ("@limit", limit + 1)],
            cancellationToken);
        Account[] items = [.. rows.Take(limit).Select(row => new Account(row.State(), row.Email))];
        return new(
            items,
            rows.Count > limit ? PageCursor.Write(Cursor, StoredValue.Microseconds(items[^1].User.CreatedAt), items[^1].User.Id.Value) : null);
    }

    public async Task<bool> HasOwner(CancellationToken cancellationToken) =>
        (await session.Read<Guid>("SELECT id FROM app_user WHERE role = 'Owner' LIMIT 1", [], cancellationToken)).Count > 0;

    public void Save(User user) => session.Save(user, () => Write(user));

    public async Task<Domain.Identity.Identity?> FindIdentity(string provider, string subject, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<IdentityRow>(
            "SELECT provider, subject, user_id, secret_hash FROM identity WHERE provider = @provider AND subject = @subject",
            [("@provider", provider), ("@subject", subject)],
            cancellationToken);
        return row?.Identity();
    }

    public async Task<IReadOnlyList<Domain.Identity.Identity>> ListIdentities(UserId user, CancellationToken cancellationToken)
    {
        var rows = await session.Read<IdentityRow>(
            "SELECT provider, subject, user_id, secret_hash FROM identity WHERE user_id = @user ORDER BY provider, subject",
            [("@user", user.Value)],
            cancellationToken);
        return [.. rows.Select(row => row.Identity())];
    }

    public Task<string?> FindSubject(UserId user, string provider, CancellationToken cancellationToken) => session.ReadFirst<string>(
        "SELECT subject FROM identity WHERE user_id = @user AND provider = @provider ORDER BY subject LIMIT 1",
        [("@user", user.Value), ("@provider", provider)],
        cancellationToken);

    public void AddIdentity(Domain.Identity.Identity identity) => session.Write(new(
        "identity",
        "INSERT INTO identity (provider, subject, user_id, secret_hash) VALUES (@provider, @subject, @user, @secret)",
        ("@provider", identity.Provider),
        ("@subject", identity.Subject),
        ("@user", identity.UserId.Value),
        ("@secret", identity.SecretHash)));

    public void SetSecret(string provider, string subject, string secretHash) => session.Write(new(
        "identity",
        "UPDATE identity SET secret_hash = @secret WHERE provider = @provider AND subject = @subject",
        ("@provider", provider),
        ("@subject", subject),
        ("@secret", secretHash))
    { Expects = 1 });

    private static Statement Write(User user)
    {
        var state = user.State;
        var isNew = user.StoredVersion == 0;
        return new(
            "app_user",
            isNew
                ? """
                  INSERT INTO app_user (id, version, name, role, status, created_at)
                  VALUES (@id, @version, @name, @role, @status, @created)
                  """
                : """
                  UPDATE app_user SET version = @version, name = @name, role = @role, status = @status, created_at = @created
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", user.Version),
                ("@name", state.Name),
                ("@role", state.Role),
                ("@status", state.Status),
                ("@created", state.CreatedAt),
                .. isNew ? [] : Statement.Stored(user.StoredVersion),
            ])
        { Expects = 1 };
    }

    private record Row
    {
        public required Guid Id { get; init; }

        public required long Version { get; init; }

        public required string Name { get; init; }

        public required Role Role { get; init; }

        public required UserStatus Status { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public UserState State() => new() { Id = new(Id), Name = Name, Role = Role, Status = Status, CreatedAt = CreatedAt };
    }

    private sealed record AccountRow : Row
    {
        public required string? Email { get; init; }
    }

    private sealed record IdentityRow
    {
        public required string Provider { get; init; }

        public required string Subject { get; init; }

        public required Guid UserId { get; init; }

        public required string? SecretHash { get; init; }

        public Domain.Identity.Identity Identity() => new(Provider, Subject, new(UserId), SecretHash);
    }
}
