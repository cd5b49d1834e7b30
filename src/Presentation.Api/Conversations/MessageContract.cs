using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>One message of a conversation.</summary>
internal sealed record MessageContract
{
    public required Guid Id { get; init; }

    public required Guid SessionId { get; init; }

    public Guid? ParentId { get; init; }

    /// <summary>Orders arrival; what belongs together follows parent_id.</summary>
    public required long Sequence { get; init; }

    [JsonConverter(typeof(SnakeCase<MessageRole>))]
    public required MessageRole Role { get; init; }

    public required IReadOnlyList<PartContract> Parts { get; init; }

    /// <summary>The text parts, joined.</summary>
    public required string Text { get; init; }

    [JsonConverter(typeof(SnakeCase<MessageStatus>))]
    public required MessageStatus Status { get; init; }

    public OriginContract? Origin { get; init; }

    public UsageContract? Usage { get; init; }

    /// <summary>The request that an answer ended.</summary>
    public Guid? RequestId { get; init; }

    public string? ClientMessageId { get; init; }

    /// <summary>Why an answer is not whole.</summary>
    public ErrorContract? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
