using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Inference;

public sealed record JobAccepted(RequestId RequestId, int Attempt) : IDomainEvent;

public sealed record JobStarted(RequestId RequestId, int Attempt) : IDomainEvent;

public sealed record ChunkProduced(RequestId RequestId, int Attempt, int Sequence) : IDomainEvent;

public sealed record JobSucceeded(RequestId RequestId, int Attempt) : IDomainEvent;

public sealed record JobFailed(RequestId RequestId, int Attempt, string Code) : IDomainEvent;

public sealed record JobCancelled(RequestId RequestId, int Attempt) : IDomainEvent;
