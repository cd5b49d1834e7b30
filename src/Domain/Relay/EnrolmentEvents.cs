namespace MeatLizard.Domain.Relay;

public sealed record WorkerInvited(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerEnrolled(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRotationBegun(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRotated(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRevoked(WorkerId WorkerId) : IDomainEvent;
