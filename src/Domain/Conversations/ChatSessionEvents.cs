using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Conversations;

public sealed record SessionOpened(SessionId SessionId) : IDomainEvent;

public sealed record TurnOpened(SessionId SessionId, RequestId RequestId) : IDomainEvent;

public sealed record TurnEnded(SessionId SessionId, RequestId RequestId) : IDomainEvent;

public sealed record SessionReconfigured(SessionId SessionId) : IDomainEvent;

public sealed record BranchChosen(SessionId SessionId, MessageId Leaf) : IDomainEvent;

public sealed record ContextTrimmed(SessionId SessionId, MessageId From) : IDomainEvent;

public sealed record SessionClosed(SessionId SessionId) : IDomainEvent;

public sealed record SessionReopened(SessionId SessionId) : IDomainEvent;

public sealed record SessionDeleted(SessionId SessionId) : IDomainEvent;
