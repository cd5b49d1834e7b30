namespace MeatLizard.Domain.Identity;

public sealed record UserJoined(UserId UserId, Role Role) : IDomainEvent;

public sealed record UserRoleChanged(UserId UserId, Role Role) : IDomainEvent;

public sealed record UserSuspended(UserId UserId) : IDomainEvent;

public sealed record UserReinstated(UserId UserId) : IDomainEvent;

public sealed record UserLeft(UserId UserId) : IDomainEvent;

public sealed record UserForgotten(UserId UserId) : IDomainEvent;
