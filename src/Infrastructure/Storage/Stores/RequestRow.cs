using System.Text.Json;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed record RequestRow
{
    public required Guid Id { get; init; }

    public required long Version { get; init; }

    public required Guid SessionId { get; init; }

    public required Guid UserId { get; init; }

    public required Guid LeafId { get; init; }

    public required Guid AnswerId { get; init; }

    public required string Settings { get; init; }

    public required string Deadlines { get; init; }

    public required RequestStatus Status { get; init; }

    public required int Attempt { get; init; }

    public required int FailedAttempts { get; init; }

    public required int MaxAttempts { get; init; }

    public required OriginKind? TargetKind { get; init; }

    public required string? TargetName { get; init; }

    public required string? TargetModel { get; init; }

    public required string? TargetEpoch { get; init; }

    public required int PromptCharacters { get; init; }

    public required int NextChunk { get; init; }

    public required int CursorPart { get; init; }

    public required ChunkKind CursorKind { get; init; }

    public required int CursorLength { get; init; }

    public required int CursorSourcePart { get; init; }

    public required long NextEvent { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset? DispatchedAt { get; init; }

    public required DateTimeOffset? AcknowledgedAt { get; init; }

    public required DateTimeOffset? FirstTokenAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public required DateTimeOffset? CompleteBy { get; init; }

    public required string? FailureCode { get; init; }

    public required string? FailureMessage { get; init; }

    public required bool? FailureRetryable { get; init; }

    public RelayRequestState State() => new()
    {
        Id = new(Id),
        SessionId = new(SessionId),
        UserId = new(UserId),
        LeafId = new(LeafId),
        AnswerId = new(AnswerId),
        Settings = JsonSerializer.Deserialize(Settings, StoredJson.Default.StoredSettings)!.Settings(),
        Status = Status,
        Attempt = Attempt,
        FailedAttempts = FailedAttempts,
        MaxAttempts = MaxAttempts,
        Target = TargetKind is { } kind ? new AttemptTarget(kind, TargetName!, TargetModel, TargetEpoch) : null,
        PromptCharacters = PromptCharacters,
        NextChunk = NextChunk,
        Cursor = new(CursorPart, CursorKind, CursorLength, CursorSourcePart),
        NextEvent = NextEvent,
        QueuedAt = QueuedAt,
        DispatchedAt = DispatchedAt,
        AcknowledgedAt = AcknowledgedAt,
        FirstTokenAt = FirstTokenAt,
        EndedAt = EndedAt,
        Deadline = Deadline,
        CompleteBy = CompleteBy,
        Deadlines = JsonSerializer.Deserialize(Deadlines, StoredJson.Default.RelayDeadlines)!,
        Failure = FailureCode is { } code ? new MessageError(code, FailureMessage!, FailureRetryable ?? false) : null,
    };
}
