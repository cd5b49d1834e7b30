namespace MeatLizard.Domain.Identity;

public sealed record ApiKeyIssued(ApiKeyId KeyId, UserId UserId) : IDomainEvent;

public sealed record ApiKeyRevoked(ApiKeyId KeyId) : IDomainEvent;
