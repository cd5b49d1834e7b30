namespace MeatLizard.Domain.Relay;

public sealed record WorkerInvited(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerEnrolled(WorkerId WorkerId) : IDomainEvent;

/// <summary>The server's configuration names the worker and its root.</summary>
public sealed record WorkerAdopted(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRotationBegun(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRotated(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerRevoked(WorkerId WorkerId) : IDomainEvent;
