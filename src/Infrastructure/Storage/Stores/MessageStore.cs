using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Json;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class MessageStore(DbSession session) : IMessageStore
{
    private const char Oldest = 'o';
    private const char Newest = 'n';

    private const string Columns =
        """
        m.id, m.session_id, m.parent_id, m.sequence, m.role, m.parts, m.status, m.created_at, m.author_id, m.origin_kind, m.origin_name,
        m.origin_model, m.prompt_tokens, m.completion_tokens, m.cached_tokens, m.request_id, m.client_key, m.error_code,
        m.error_message, m.error_retryable
        """;

    /// <summary>Carries keys alone, and the rows are joined to it: SQLite tells a column's type only for columns of tables.</summary>
    private const string BranchWalk =
        """
        WITH RECURSIVE branch (id, parent_id, depth) AS (
            SELECT id, parent_id, 0 FROM message WHERE id = @leaf
            UNION ALL
            SELECT above.id, above.parent_id, branch.depth + 1
            FROM branch JOIN message above ON above.id = branch.parent_id
            WHERE branch.id <> @from
        )
        """;

    public Task<Message?> Find(MessageId id, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM message m WHERE m.id = @id", id.Value, cancellationToken);

    public Task<Message?> FindAnswer(RequestId request, CancellationToken cancellationToken) =>
        FindOne($"SELECT {Columns} FROM message m WHERE m.request_id = @id", request.Value, cancellationToken);

    public async Task<IReadOnlyList<Message>> Branch(MessageId leaf, MessageId? from, CancellationToken cancellationToken)
    {
        var rows = await session.Read<MessageRow>(
            $"""
            {BranchWalk}
            SELECT {Columns} FROM branch JOIN message m ON m.id = branch.id ORDER BY branch.depth DESC
            """,
            [("@leaf", leaf.Value), ("@from", from?.Value ?? Guid.Empty)],
            cancellationToken);
        return [.. rows.Select(row => row.Message())];
    }

    public async Task<long> BranchLength(MessageId leaf, MessageId? from, CancellationToken cancellationToken)
    {
        var lengths = await session.Read<long>(
            $"""
            {BranchWalk}
            SELECT CAST(COALESCE(SUM(LENGTH(m.parts)), 0) AS bigint) FROM branch JOIN message m ON m.id = branch.id
            """,
            [("@leaf", leaf.Value), ("@from", from?.Value ?? Guid.Empty)],
            cancellationToken);
        return lengths[0];
    }

    public async Task<Page<Message>> List(
        SessionId chat,
        int limit,
        string? cursor,
        bool newestFirst,
        CancellationToken cancellationToken)
    {
        var kind = newestFirst ? Newest : Oldest;
        var after = cursor is null ? newestFirst ? long.MaxValue : 0 : PageCursor.Read(kind, cursor).Number;
        var (compare, order) = newestFirst ? ("<", "DESC") : (">", "ASC");
        var rows = await session.Read<MessageRow>(
            $"""
            SELECT {Columns} FROM message m
            WHERE m.session_id = @session AND m.sequence {compare} @after
            ORDER BY m.sequence {order} LIMIT @limit
            """,
            [("@session", chat.Value), ("@after", after), ("@limit", limit + 1)],
            cancellationToken);
        Message[] items = [.. rows.Take(limit).Select(row => row.Message())];
        return new(items, rows.Count > limit ? PageCursor.Write(kind, items[^1].Sequence) : null);
    }

    public async Task<MessageId> LeafBelow(MessageId id, CancellationToken cancellationToken)
    {
        var leaf = await session.ReadFirst<Guid?>(
            """
            WITH RECURSIVE below (id, sequence) AS (
                SELECT id, sequence FROM message WHERE id = @id
                UNION ALL
                SELECT child.id, child.sequence FROM below JOIN message child ON child.parent_id = below.id
            )
            SELECT id FROM below ORDER BY sequence DESC LIMIT 1
            """,
            [("@id", id.Value)],
            cancellationToken);
        return leaf is { } found ? new MessageId(found) : id;
    }

    public void Add(Message message) => session.Write(new(
        "message",
        """
        INSERT INTO message (
            id, session_id, parent_id, sequence, role, parts, plain_text, status, created_at, author_id, origin_kind, origin_name,
            origin_model, prompt_tokens, completion_tokens, cached_tokens, request_id, client_key, error_code, error_message,
            error_retryable)
        VALUES (
            @id, @session, @parent, @sequence, @role, @parts, @text, @status, @created, @author, @originKind, @originName,
            @originModel, @promptTokens, @completionTokens, @cachedTokens, @request, @clientKey, @errorCode, @errorMessage,
            @errorRetryable)
        """,
        ("@id", message.Id.Value),
        ("@session", message.SessionId.Value),
        ("@parent", message.ParentId?.Value),
        ("@sequence", message.Sequence),
        ("@role", message.Role),
        ("@parts", MessagePartJson.Serialize(message.Parts)),
        ("@text", message.Text),
        ("@status", message.Status),
        ("@created", message.CreatedAt),
        ("@author", message.AuthorId?.Value),
        ("@originKind", message.Origin?.Kind),
        ("@originName", message.Origin?.Name),
        ("@originModel", message.Origin?.Model),
        ("@promptTokens", message.Usage?.PromptTokens),
        ("@completionTokens", message.Usage?.CompletionTokens),
        ("@cachedTokens", message.Usage?.CachedTokens),
        ("@request", message.RequestId?.Value),
        ("@clientKey", message.ClientKey),
        ("@errorCode", message.Error?.Code),
        ("@errorMessage", message.Error?.Message),
        ("@errorRetryable", message.Error?.Retryable)));

    public void RemoveAll(SessionId chat)
    {
        foreach (var (table, sql) in new[]
        {
            ("reply_event", "DELETE FROM reply_event WHERE request_id IN (SELECT id FROM relay_request WHERE session_id = @session)"),
            ("outbox", "DELETE FROM outbox WHERE topic = 'Dispatch' AND request_id IN (SELECT id FROM relay_request WHERE session_id = @session)"),
            ("relay_request", "DELETE FROM relay_request WHERE session_id = @session"),
            ("message", "DELETE FROM message WHERE session_id = @session"),
        })
        {
            session.Write(new(table, sql, ("@session", chat.Value)));
        }
    }

    private async Task<Message?> FindOne(string sql, Guid id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<MessageRow>(sql, [("@id", id)], cancellationToken);
        return row?.Message();
    }
}
