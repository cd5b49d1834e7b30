using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class UsageLog(DbSession session) : IUsageLog
{
    private const char Cursor = 'g';

    public void Add(UsageEntry entry) => session.Write(new(
        "usage_entry",
        """
        INSERT INTO usage_entry (request_id, user_id, model, prompt_tokens, completion_tokens, cached_tokens, created_at, key_id, place_id, is_cached)
        VALUES (@request, @user, @model, @prompt, @completion, @cached, @created, @key, @place, @isCached)
        """,
        ("@request", entry.RequestId.Value),
        ("@user", entry.UserId.Value),
        ("@model", entry.Model),
        ("@prompt", entry.Usage.PromptTokens),
        ("@completion", entry.Usage.CompletionTokens),
        ("@cached", entry.Usage.CachedTokens),
        ("@created", entry.CreatedAt),
        ("@key", entry.Key?.Value),
        ("@place", entry.Place?.Value),
        ("@isCached", entry.IsCached ? 1 : 0)));

    public async Task<Page<UsageEntry>> List(UserId user, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (at, id) = cursor is null ? (0, default) : PageCursor.Read(Cursor, cursor);
        var rows = await session.Read<Row>(
            $"""
            SELECT request_id, user_id, model, prompt_tokens, completion_tokens, cached_tokens, created_at, key_id, place_id, is_cached FROM usage_entry
            WHERE user_id = @user{(cursor is null ? "" : " AND (created_at, request_id) > (@at, @id)")}
            ORDER BY created_at, request_id LIMIT @limit
            """,
            cursor is null
                ? [("@user", user.Value), ("@limit", limit + 1)]
                : [("@user", user.Value), ("@at", StoredValue.Time(at)), ("@id", id), ("@limit", limit + 1)],
            cancellationToken);
        UsageEntry[] items = [.. rows.Take(limit).Select(row => row.Entry())];
        return new(
            items,
            rows.Count > limit ? PageCursor.Write(Cursor, StoredValue.Microseconds(items[^1].CreatedAt), items[^1].RequestId.Value) : null);
    }

    private sealed record Row
    {
        public required Guid RequestId { get; init; }

        public required Guid UserId { get; init; }

        public required string? Model { get; init; }

        public required int PromptTokens { get; init; }

        public required int CompletionTokens { get; init; }

        public required int CachedTokens { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required Guid? KeyId { get; init; }

        public required Guid? PlaceId { get; init; }

        public required int IsCached { get; init; }

        public UsageEntry Entry() => new(
            new(RequestId), new(UserId), Model, new(PromptTokens, CompletionTokens, CachedTokens), CreatedAt)
        {
            Key = KeyId is { } key ? new(key) : null,
            Place = PlaceId is { } place ? new(place) : null,
            IsCached = IsCached != 0,
        };
    }
}
