using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class RequestStore(DbSession session) : IRequestStore
{
    private const string Columns =
        """
        id, version, session_id, user_id, leaf_id, answer_id, settings, deadlines, status, attempt, failed_attempts, max_attempts,
        target_kind, target_name, target_model, target_epoch, prompt_characters, next_chunk, cursor_part, cursor_kind, cursor_length,
        cursor_source_part, next_event, queued_at, dispatched_at, acknowledged_at, first_token_at, ended_at, deadline, complete_by,
        failure_code, failure_message, failure_retryable
        """;

    public async Task<RelayRequest?> Find(RequestId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<RequestRow>(
            $"SELECT {Columns} FROM relay_request WHERE id = @id",
            [("@id", id.Value)],
            cancellationToken);
        return row is null ? null : new RelayRequest(row.State(), row.Version);
    }

    public async Task<IReadOnlyList<RelayRequestState>> List(
        SessionId chat, RequestId? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await session.Read<RequestRow>(
            $"SELECT {Columns} FROM relay_request WHERE session_id = @session AND id > @after ORDER BY id LIMIT @limit",
            [("@session", chat.Value), ("@after", after?.Value ?? Guid.Empty), ("@limit", limit)],
            cancellationToken);
        return [.. rows.Select(row => row.State())];
    }

    public void Save(RelayRequest request) => session.Save(request, () => Write(request));

    public Task<IReadOnlyList<RequestId>> Overdue(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Ids(
        "SELECT id FROM relay_request WHERE ended_at IS NULL AND deadline <= @now ORDER BY deadline LIMIT @limit",
        [("@now", now), ("@limit", limit)],
        cancellationToken);

    // A queued request still names the target of its last attempt, but nobody works on it.
    public Task<IReadOnlyList<RequestId>> Orphaned(WorkerId worker, string epoch, CancellationToken cancellationToken) => Ids(
        """
        SELECT id FROM relay_request
        WHERE ended_at IS NULL AND target_name = @worker AND target_kind = 'Worker' AND target_epoch <> @epoch AND status <> 'Queued'
        ORDER BY id
        """,
        [("@worker", worker.Value), ("@epoch", epoch)],
        cancellationToken);

    public async Task<int> CountQueued(int atMost, CancellationToken cancellationToken) => await session.ReadFirst<int>(
        "SELECT count(*) FROM (SELECT 1 FROM relay_request WHERE ended_at IS NULL AND status = 'Queued' LIMIT @limit) AS queued",
        [("@limit", atMost)],
        cancellationToken);

    private static Statement Write(RelayRequest request)
    {
        if (request.StoredVersion == 0)
        {
            return Insert(request);
        }

        // Every few milliseconds while text arrives: these two events touch neither the settings nor the target.
        return request.Events.All(happened => happened is ChunksRecorded or ReplyEventAdded) ? Advance(request) : Update(request);
    }

    private static Statement Insert(RelayRequest request) => new(
        "relay_request",
        """
        INSERT INTO relay_request (
            id, version, session_id, user_id, leaf_id, answer_id, max_attempts, queued_at, deadlines, settings, status, attempt,
            failed_attempts, target_kind, target_name, target_model, target_epoch, prompt_characters, next_chunk, cursor_part,
            cursor_kind, cursor_length, cursor_source_part, next_event, dispatched_at, acknowledged_at, first_token_at, ended_at,
            deadline, complete_by, failure_code, failure_message, failure_retryable)
        VALUES (
            @id, @version, @session, @user, @leaf, @answer, @maxAttempts, @queued, @deadlines, @settings, @status, @attempt,
            @failedAttempts, @targetKind, @targetName, @targetModel, @targetEpoch, @promptCharacters, @nextChunk, @cursorPart,
            @cursorKind, @cursorLength, @cursorSource, @nextEvent, @dispatched, @acknowledged, @firstToken, @ended,
            @deadline, @completeBy, @failureCode, @failureMessage, @failureRetryable)
        """,
        [
            ("@session", request.State.SessionId.Value),
            ("@user", request.State.UserId.Value),
            ("@leaf", request.State.LeafId.Value),
            ("@answer", request.State.AnswerId.Value),
            ("@maxAttempts", request.State.MaxAttempts),
            ("@queued", request.State.QueuedAt),
            ("@deadlines", JsonSerializer.Serialize(request.State.Deadlines, StoredJson.Default.RelayDeadlines)),
            .. Settled(request),
            .. Progress(request),
        ])
    { Expects = 1 };

    // What an order fixes (session, user, leaf, answer, deadlines, most attempts) never changes.
    private static Statement Update(RelayRequest request) => new(
        "relay_request",
        """
        UPDATE relay_request SET
            version = @version, settings = @settings, status = @status, attempt = @attempt, failed_attempts = @failedAttempts,
            target_kind = @targetKind, target_name = @targetName, target_model = @targetModel, target_epoch = @targetEpoch,
            prompt_characters = @promptCharacters, next_chunk = @nextChunk, cursor_part = @cursorPart, cursor_kind = @cursorKind,
            cursor_length = @cursorLength, cursor_source_part = @cursorSource, next_event = @nextEvent, dispatched_at = @dispatched,
            acknowledged_at = @acknowledged, first_token_at = @firstToken, ended_at = @ended, deadline = @deadline,
            complete_by = @completeBy, failure_code = @failureCode, failure_message = @failureMessage,
            failure_retryable = @failureRetryable
        WHERE id = @id AND version = @stored
        """,
        [.. Settled(request), .. Progress(request), .. Statement.Stored(request.StoredVersion)])
    { Expects = 1 };

    private static Statement Advance(RelayRequest request) => new(
        "relay_request",
        """
        UPDATE relay_request SET
            version = @version, status = @status, next_chunk = @nextChunk, cursor_part = @cursorPart, cursor_kind = @cursorKind,
            cursor_length = @cursorLength, cursor_source_part = @cursorSource, next_event = @nextEvent,
            acknowledged_at = @acknowledged, first_token_at = @firstToken, deadline = @deadline
        WHERE id = @id AND version = @stored
        """,
        [.. Progress(request), .. Statement.Stored(request.StoredVersion)])
    { Expects = 1 };

    private static (string Name, object? Value)[] Settled(RelayRequest request)
    {
        var state = request.State;
        return
        [
            ("@settings", JsonSerializer.Serialize(StoredSettings.Of(state.Settings), StoredJson.Default.StoredSettings)),
            ("@attempt", state.Attempt),
            ("@failedAttempts", state.FailedAttempts),
            ("@targetKind", state.Target?.Kind),
            ("@targetName", state.Target?.Name),
            ("@targetModel", state.Target?.Model),
            ("@targetEpoch", state.Target?.Epoch),
            ("@promptCharacters", state.PromptCharacters),
            ("@dispatched", state.DispatchedAt),
            ("@ended", state.EndedAt),
            ("@completeBy", state.CompleteBy),
            ("@failureCode", state.Failure?.Code),
            ("@failureMessage", state.Failure?.Message),
            ("@failureRetryable", state.Failure?.Retryable),
        ];
    }

    private static (string Name, object? Value)[] Progress(RelayRequest request)
    {
        var state = request.State;
        return
        [
            ("@id", state.Id.Value),
            ("@version", request.Version),
            ("@status", state.Status),
            ("@nextChunk", state.NextChunk),
            ("@cursorPart", state.Cursor.Part),
            ("@cursorKind", state.Cursor.Kind),
            ("@cursorLength", state.Cursor.Length),
            ("@cursorSource", state.Cursor.SourcePart),
            ("@nextEvent", state.NextEvent),
            ("@acknowledged", state.AcknowledgedAt),
            ("@firstToken", state.FirstTokenAt),
            ("@deadline", state.Deadline),
        ];
    }

    private async Task<IReadOnlyList<RequestId>> Ids(
        string sql,
        (string Name, object? Value)[] values,
        CancellationToken cancellationToken)
    {
        var ids = await session.Read<Guid>(sql, values, cancellationToken);
        return [.. ids.Select(id => new RequestId(id))];
    }
}
