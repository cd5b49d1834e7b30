using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class SessionStore(DbSession session, SessionMemory memory) : ISessionStore
{
    private const char Cursor = 's';

    private const string Columns =
        """
        id, version, owner_id, place_id, kind, status, title, model, system_prompt, temperature, persona, leaf_id, open_request_id,
        next_sequence, context_from, tokens_per_character, created_at, updated_at
        """;

    public async Task<ChatSession?> Find(SessionId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            $"SELECT {Columns} FROM chat_session WHERE id = @id",
            [("@id", id.Value)],
            cancellationToken);
        return row is null ? null : new ChatSession(row.State(), row.Version);
    }

    public ChatSession? Recall(SessionId id) => memory.Find(id);

    public void Forget(SessionId id) => memory.Forget(id);

    public async Task<Page<ChatSessionState>> List(UserId owner, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (at, id) = cursor is null ? (0, default) : PageCursor.Read(Cursor, cursor);
        var rows = cursor is null
            ? await session.Read<Row>(
                $"""
                SELECT {Columns} FROM chat_session
                WHERE owner_id = @owner AND status <> 'Deleted' AND kind = 'Chat'
                ORDER BY updated_at DESC, id DESC LIMIT @limit
                """,
                [("@owner", owner.Value), ("@limit", limit + 1)],
                cancellationToken)
            : await session.Read<Row>(
                $"""
                SELECT {Columns} FROM chat_session
                WHERE owner_id = @owner AND status <> 'Deleted' AND kind = 'Chat' AND (updated_at, id) < (@at, @id)
                ORDER BY updated_at DESC, id DESC LIMIT @limit
                """,
                [("@owner", owner.Value), ("@at", StoredValue.Time(at)), ("@id", id), ("@limit", limit + 1)],
                cancellationToken);
        ChatSessionState[] items = [.. rows.Take(limit).Select(row => row.State())];
        return new(
            items,
            rows.Count > limit ? PageCursor.Write(Cursor, StoredValue.Microseconds(items[^1].UpdatedAt), items[^1].Id.Value) : null);
    }

    public async Task<IReadOnlyList<ChatSessionState>> ListById(
        UserId owner, SessionId? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>(
            $"""
            SELECT {Columns} FROM chat_session
            WHERE owner_id = @owner AND status <> 'Deleted' AND id > @after ORDER BY id LIMIT @limit
            """,
            [("@owner", owner.Value), ("@after", after?.Value ?? Guid.Empty), ("@limit", limit)],
            cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public async Task<IReadOnlyList<SessionId>> ListOpen(UserId owner, CancellationToken cancellationToken)
    {
        var ids = await session.Read<Guid>(
            "SELECT id FROM chat_session WHERE owner_id = @owner AND open_request_id IS NOT NULL ORDER BY id",
            [("@owner", owner.Value)],
            cancellationToken);
        return [.. ids.Select(id => new SessionId(id))];
    }

    public void RemoveAll(UserId owner)
    {
        const string Theirs = "session_id IN (SELECT id FROM chat_session WHERE owner_id = @owner)";
        foreach (var (table, sql) in new[]
        {
            ("reply_event", $"DELETE FROM reply_event WHERE request_id IN (SELECT id FROM relay_request WHERE {Theirs})"),
            ("outbox", $"DELETE FROM outbox WHERE topic = 'Dispatch' AND request_id IN (SELECT id FROM relay_request WHERE {Theirs})"),
            ("response", "DELETE FROM response WHERE user_id = @owner"),
            ("relay_request", $"DELETE FROM relay_request WHERE {Theirs}"),
            ("message", $"DELETE FROM message WHERE {Theirs}"),
            ("chat_session", "DELETE FROM chat_session WHERE owner_id = @owner"),
        })
        {
            session.Write(new(table, sql, ("@owner", owner.Value)));
        }

        session.WhenEnded(_ => memory.Clear());
    }

    public void Save(ChatSession chat)
    {
        session.Save(chat, () => Write(chat));
        var generation = memory.Generation;
        session.WhenEnded(isStored =>
        {
            if (isStored)
            {
                memory.Keep(chat, generation);
            }
            else
            {
                memory.Distrust();
            }
        });
    }

    private static Statement Write(ChatSession chat)
    {
        var state = chat.State;
        var isNew = chat.StoredVersion == 0;
        return new(
            "chat_session",
            isNew
                ? """
                  INSERT INTO chat_session (
                      id, version, owner_id, place_id, kind, status, title, model, system_prompt, temperature, persona, leaf_id,
                      open_request_id, next_sequence, context_from, tokens_per_character, created_at, updated_at)
                  VALUES (
                      @id, @version, @owner, @place, @kind, @status, @title, @model, @system, @temperature, @persona, @leaf,
                      @open, @next, @from, @tokens, @created, @updated)
                  """
                : """
                  UPDATE chat_session SET
                      version = @version, owner_id = @owner, place_id = @place, status = @status, title = @title, model = @model,
                      system_prompt = @system, temperature = @temperature, persona = @persona, leaf_id = @leaf,
                      open_request_id = @open, next_sequence = @next, context_from = @from, tokens_per_character = @tokens,
                      created_at = @created, updated_at = @updated
                  WHERE id = @id AND version = @stored
                  """,
            [
                ("@id", state.Id.Value),
                ("@version", chat.Version),
                ("@owner", state.OwnerId.Value),
                ("@place", state.PlaceId.Value),
                .. isNew ? [("@kind", (object?)state.Kind)] : Array.Empty<(string, object?)>(),
                ("@status", state.Status),
                ("@title", state.Title),
                ("@model", state.Model),
                ("@system", state.SystemPrompt),
                ("@temperature", state.Temperature),
                ("@persona", state.Persona),
                ("@leaf", state.LeafId?.Value),
                ("@open", state.OpenRequestId?.Value),
                ("@next", state.NextSequence),
                ("@from", state.ContextFrom?.Value),
                ("@tokens", state.TokensPerCharacter),
                ("@created", state.CreatedAt),
                ("@updated", state.UpdatedAt),
                .. isNew ? [] : Statement.Stored(chat.StoredVersion),
            ])
        { Expects = 1 };
    }

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required long Version { get; init; }

        public required Guid OwnerId { get; init; }

        public required Guid PlaceId { get; init; }

        public required SessionKind Kind { get; init; }

        public required SessionStatus Status { get; init; }

        public required string? Title { get; init; }

        public required string? Model { get; init; }

        public required string? SystemPrompt { get; init; }

        public required double? Temperature { get; init; }

        public required string? Persona { get; init; }

        public required Guid? LeafId { get; init; }

        public required Guid? OpenRequestId { get; init; }

        public required long NextSequence { get; init; }

        public required Guid? ContextFrom { get; init; }

        public required double? TokensPerCharacter { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset UpdatedAt { get; init; }

        public ChatSessionState State() => new()
        {
            Id = new(Id),
            OwnerId = new(OwnerId),
            PlaceId = new(PlaceId),
            Kind = Kind,
            Status = Status,
            Title = Title,
            Model = Model,
            SystemPrompt = SystemPrompt,
            Temperature = Temperature,
            Persona = Persona,
            LeafId = LeafId is { } leaf ? new MessageId(leaf) : null,
            OpenRequestId = OpenRequestId is { } open ? new RequestId(open) : null,
            NextSequence = NextSequence,
            ContextFrom = ContextFrom is { } from ? new MessageId(from) : null,
            TokensPerCharacter = TokensPerCharacter,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
        };
    }
}
