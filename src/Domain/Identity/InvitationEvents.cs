namespace MeatLizard.Domain.Identity;

public sealed record InvitationIssued(InvitationId InvitationId, UserId InvitedBy, Role Role) : IDomainEvent;

public sealed record InvitationUsed(InvitationId InvitationId, UserId UserId) : IDomainEvent;

public sealed record InvitationRevoked(InvitationId InvitationId) : IDomainEvent;
