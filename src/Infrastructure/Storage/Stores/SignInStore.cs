using MeatLizard.Application.Identity;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class SignInStore(DbSession session) : ISignInStore
{
    private const string Columns = "hash, user_id, created_at, expires_at, client";

    public async Task<SignIn?> Find(string hash, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            $"SELECT {Columns} FROM sign_in WHERE hash = @hash",
            [("@hash", hash)],
            cancellationToken);
        return row?.SignIn();
    }

    public void Add(SignIn signIn) => session.Write(new(
        "sign_in",
        "INSERT INTO sign_in (hash, user_id, created_at, expires_at, client) VALUES (@hash, @user, @created, @expires, @client)",
        ("@hash", signIn.Hash),
        ("@user", signIn.UserId.Value),
        ("@created", signIn.CreatedAt),
        ("@expires", signIn.ExpiresAt),
        ("@client", signIn.Client)));

    public async Task<IReadOnlyList<SignIn>> List(UserId user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            $"SELECT {Columns} FROM sign_in WHERE user_id = @user AND expires_at > @now ORDER BY created_at DESC, hash DESC",
            [("@user", user.Value), ("@now", now)],
            cancellationToken);
        return [.. rows.Select(row => row.SignIn())];
    }

    public void RemoveAll(UserId user, string? except) => session.Write(new(
        "sign_in",
        "DELETE FROM sign_in WHERE user_id = @user AND hash <> @except",
        ("@user", user.Value),
        ("@except", except ?? string.Empty)));

    public void Remove(string hash) => session.Write(new("sign_in", "DELETE FROM sign_in WHERE hash = @hash", ("@hash", hash)));

    public void SetSetupLink(string hash, DateTimeOffset expiresAt) => session.Write(new(
        "setup_link",
        """
        INSERT INTO setup_link (id, hash, expires_at) VALUES (1, @hash, @expires)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at
        """,
        ("@hash", hash),
        ("@expires", expiresAt)));

    public async Task<bool> IsSetupLink(string hash, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await session.Read<string>(
            "SELECT hash FROM setup_link WHERE hash = @hash AND expires_at > @now",
            [("@hash", hash), ("@now", now)],
            cancellationToken)).Count > 0;

    // The row is the link: of two who use it at once one finds nothing to delete.
    public void UseSetupLink(string hash) =>
        session.Write(new("setup_link", "DELETE FROM setup_link WHERE hash = @hash", ("@hash", hash)) { Expects = 1 });

    public Task<int> RemoveExpired(DateTimeOffset now, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [
            new("sign_in", "DELETE FROM sign_in WHERE expires_at <= @now", ("@now", now)),
            new("setup_link", "DELETE FROM setup_link WHERE expires_at <= @now", ("@now", now)),
            new("recovery_link", "DELETE FROM recovery_link WHERE expires_at <= @now", ("@now", now)),
        ],
        cancellationToken);

    private sealed record Row
    {
        public required string Hash { get; init; }

        public required Guid UserId { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        public required string? Client { get; init; }

        public SignIn SignIn() => new(Hash, new(UserId), CreatedAt, ExpiresAt, Client);
    }
}
