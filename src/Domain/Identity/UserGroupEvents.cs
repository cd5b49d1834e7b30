namespace MeatLizard.Domain.Identity;

public sealed record UserGroupFormed(GroupId GroupId) : IDomainEvent;

public sealed record UserGroupRenamed(GroupId GroupId) : IDomainEvent;
