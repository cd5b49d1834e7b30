using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;

namespace MeatLizard.Presentation.Api.Relay;

/// <summary>A request for an answer.</summary>
internal sealed record RequestContract
{
    public required Guid Id { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>What is answered.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>The id that the answer has, or will have.</summary>
    public required Guid AnswerId { get; init; }

    [JsonConverter(typeof(SnakeCase<RequestProgress>))]
    public required RequestProgress State { get; init; }

    /// <summary>How often somebody was asked.</summary>
    public required int Attempts { get; init; }

    /// <summary>Whom the current or last attempt was given to.</summary>
    public OriginContract? Origin { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public DateTimeOffset? FirstTokenAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it came to nothing.</summary>
    public ErrorContract? Error { get; init; }

    public required string EventsUrl { get; init; }
}
