namespace MeatLizard.Domain.Identity;

public sealed record ApiKeyIssued(ApiKeyId KeyId, UserId UserId) : IDomainEvent;

/// <param name="PreviousUntil">Until then the secret before it is good.</param>
public sealed record ApiKeyRotated(ApiKeyId KeyId, DateTimeOffset PreviousUntil) : IDomainEvent;

public sealed record ApiKeyRevoked(ApiKeyId KeyId) : IDomainEvent;
