using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Domain.Relay;

public sealed record RelayRequestState
{
    public required RequestId Id { get; init; }

    public required SessionId SessionId { get; init; }

    public required UserId UserId { get; init; }

    /// <summary>The message that is to be answered: the branch that ends here is the prompt.</summary>
    public required MessageId LeafId { get; init; }

    /// <summary>The id that the answer will have.</summary>
    public required MessageId AnswerId { get; init; }

    public required RequestSettings Settings { get; init; }

    public required RequestStatus Status { get; init; }

    /// <summary>Counts dispatches, from 1; 0 before the first. Only the current attempt is heard.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that came to nothing, declined ones apart.</summary>
    public int FailedAttempts { get; init; }

    public required int MaxAttempts { get; init; }

    /// <summary>Whom the current or last attempt was given to.</summary>
    public AttemptTarget? Target { get; init; }

    /// <summary>UTF-16 units of text in the prompt of the current attempt.</summary>
    public int PromptCharacters { get; init; }

    /// <summary>The sequence of the next chunk to be taken in.</summary>
    public int NextChunk { get; init; }

    /// <summary>Where in the answer the next chunk goes.</summary>
    public ReplyCursor Cursor { get; init; } = ReplyCursor.Start;

    /// <summary>The id of the next reply event.</summary>
    public long NextEvent { get; init; } = 1;

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public DateTimeOffset? FirstTokenAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the current step is overdue.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When the answer as a whole is overdue; set by the first dispatch.</summary>
    public DateTimeOffset? CompleteBy { get; init; }

    public required RelayDeadlines Deadlines { get; init; }

    /// <summary>Why the last attempt, or the request, came to nothing.</summary>
    public MessageError? Failure { get; init; }

    public bool IsOpen => Status is RequestStatus.Queued or RequestStatus.Dispatched or RequestStatus.Acknowledged or RequestStatus.Streaming;
}
