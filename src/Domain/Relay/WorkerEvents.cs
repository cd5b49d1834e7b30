namespace MeatLizard.Domain.Relay;

public sealed record WorkerCameOnline(WorkerId WorkerId, string Epoch) : IDomainEvent;

public sealed record WorkerDraining(WorkerId WorkerId) : IDomainEvent;

public sealed record WorkerWentOffline(WorkerId WorkerId) : IDomainEvent;
