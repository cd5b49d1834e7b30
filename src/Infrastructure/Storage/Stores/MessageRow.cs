using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Json;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed record MessageRow
{
    public required Guid Id { get; init; }

    public required Guid SessionId { get; init; }

    public required Guid? ParentId { get; init; }

    public required long Sequence { get; init; }

    public required MessageRole Role { get; init; }

    public required string Parts { get; init; }

    public required MessageStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required Guid? AuthorId { get; init; }

    public required OriginKind? OriginKind { get; init; }

    public required string? OriginName { get; init; }

    public required string? OriginModel { get; init; }

    public required int? PromptTokens { get; init; }

    public required int? CompletionTokens { get; init; }

    public required int? CachedTokens { get; init; }

    public required Guid? RequestId { get; init; }

    public required string? ClientKey { get; init; }

    public required string? ErrorCode { get; init; }

    public required string? ErrorMessage { get; init; }

    public required bool? ErrorRetryable { get; init; }

    public Message Message() => new()
    {
        Id = new(Id),
        SessionId = new(SessionId),
        ParentId = ParentId is { } parent ? new MessageId(parent) : null,
        Sequence = Sequence,
        Role = Role,
        Parts = MessagePartJson.Deserialize(Parts),
        Status = Status,
        CreatedAt = CreatedAt,
        AuthorId = AuthorId is { } author ? new UserId(author) : null,
        Origin = OriginKind is { } kind ? new Origin(kind, OriginName!, OriginModel) : null,
        Usage = PromptTokens is { } prompt ? new TokenUsage(prompt, CompletionTokens ?? 0, CachedTokens ?? 0) : null,
        RequestId = RequestId is { } request ? new RequestId(request) : null,
        ClientKey = ClientKey,
        Error = ErrorCode is { } code ? new MessageError(code, ErrorMessage!, ErrorRetryable ?? false) : null,
    };
}
