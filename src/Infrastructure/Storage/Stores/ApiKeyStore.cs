using System.Text.Json;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class ApiKeyStore(DbSession session) : IApiKeyStore
{
    private const string Columns =
        """
        id, version, user_id, name, prefix, hash, scopes, models, created_at, expires_at, last_used_at, revoked_at, rotated_at,
        previous_hash, previous_until
        """;

    public Task<ApiKey?> Find(ApiKeyId id, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM api_key WHERE id = @value", id.Value, cancellationToken);

    public Task<ApiKey?> FindByHash(string hash, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM api_key WHERE hash = @value OR previous_hash = @value", hash, cancellationToken);

    public async Task<IReadOnlyList<ApiKeyState>> List(UserId user, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            $"SELECT {Columns} FROM api_key WHERE user_id = @user ORDER BY created_at DESC, id DESC",
            [("@user", user.Value)],
            cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public void Save(ApiKey key) => session.Save(key, () => Write(key));

    public Task Touch(ApiKeyId id, DateTimeOffset usedAt, CancellationToken cancellationToken) => session.Dialect.WriteNow(
        [new("api_key", "UPDATE api_key SET last_used_at = @used WHERE id = @id", ("@id", id.Value), ("@used", usedAt))],
        cancellationToken);

    // A touch may have come between loading and saving: the note of the last use is Touch's alone once the key is stored.
    private static Statement Write(ApiKey key)
    {
        var state = key.State;
        var isNew = key.StoredVersion == 0;
        return new(
            "api_key",
            isNew
                ? """
                  INSERT INTO api_key (
                      id, version, user_id, name, prefix, hash, scopes, models, created_at, expires_at, revoked_at, rotated_at,
                      previous_hash, previous_until, last_used_at)
                  VALUES (
                      @id, @version, @user, @name, @prefix, @hash, @scopes, @models, @created, @expires, @revoked, @rotated,
                      @previous, @until, @used)
                  """
                : """
                  UPDATE api_key SET
                      version = @version, user_id = @user, name = @name, prefix = @prefix, hash = @hash, scopes = @scopes,
                      models = @models, created_at = @created, expires_at = @expires, revoked_at = @revoked,
                      rotated_at = @rotated, previous_hash = @previous, previous_until = @until
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", key.Version),
                ("@user", state.UserId.Value),
                ("@name", state.Name),
                ("@prefix", state.Prefix),
                ("@hash", state.Hash),
                ("@scopes", JsonSerializer.Serialize(state.Scopes, StoredJson.Default.IReadOnlyListString)),
                ("@models", JsonSerializer.Serialize(state.Models, StoredJson.Default.IReadOnlyListString)),
                ("@created", state.CreatedAt),
                ("@expires", state.ExpiresAt),
                ("@revoked", state.RevokedAt),
                ("@rotated", state.RotatedAt),
                ("@previous", state.PreviousHash),
                ("@until", state.PreviousUntil),
                .. isNew ? [("@used", state.LastUsedAt)] : Statement.Stored(key.StoredVersion),
            ])
        { Expects = 1 };
    }

    private async Task<ApiKey?> FindOne(string sql, object value, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(sql, [("@value", value)], cancellationToken);
        return row is null ? null : new ApiKey(row.State(), row.Version);
    }

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required long Version { get; init; }

        public required Guid UserId { get; init; }

        public required string Name { get; init; }

        public required string Prefix { get; init; }

        public required string Hash { get; init; }

        public required string Scopes { get; init; }

        public required string Models { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset? ExpiresAt { get; init; }

        public required DateTimeOffset? LastUsedAt { get; init; }

        public required DateTimeOffset? RevokedAt { get; init; }

        public required DateTimeOffset? RotatedAt { get; init; }

        public required string? PreviousHash { get; init; }

        public required DateTimeOffset? PreviousUntil { get; init; }

        public ApiKeyState State() => new()
        {
            Id = new(Id),
            UserId = new(UserId),
            Name = Name,
            Prefix = Prefix,
            Hash = Hash,
            Scopes = JsonSerializer.Deserialize(Scopes, StoredJson.Default.IReadOnlyListString)!,
            Models = JsonSerializer.Deserialize(Models, StoredJson.Default.IReadOnlyListString)!,
            CreatedAt = CreatedAt,
            ExpiresAt = ExpiresAt,
            LastUsedAt = LastUsedAt,
            RevokedAt = RevokedAt,
            RotatedAt = RotatedAt,
            PreviousHash = PreviousHash,
            PreviousUntil = PreviousUntil,
        };
    }
}
