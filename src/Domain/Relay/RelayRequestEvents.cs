using MeatLizard.Domain.Conversations;

namespace MeatLizard.Domain.Relay;

public sealed record RequestQueued(RequestId RequestId) : IDomainEvent;

public sealed record RequestDispatched(RequestId RequestId, int Attempt, AttemptTarget Target) : IDomainEvent;

public sealed record RequestAcknowledged(RequestId RequestId, int Attempt) : IDomainEvent;

public sealed record ProgressReported(RequestId RequestId, int Attempt) : IDomainEvent;

public sealed record ChunksRecorded(RequestId RequestId, int Attempt, int Count) : IDomainEvent;

public sealed record RequestRequeued(RequestId RequestId, string Because) : IDomainEvent;

public sealed record ReplyEventAdded(RequestId RequestId, long EventId) : IDomainEvent;

public sealed record RequestCompleted(RequestId RequestId) : IDomainEvent;

public sealed record RequestFailed(RequestId RequestId, MessageError Error) : IDomainEvent;

public sealed record RequestTimedOut(RequestId RequestId, MessageError Error) : IDomainEvent;

public sealed record RequestCancelled(RequestId RequestId) : IDomainEvent;
