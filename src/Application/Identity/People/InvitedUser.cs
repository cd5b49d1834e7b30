using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.People;

/// <param name="Token">For the link; it is told this once.</param>
public sealed record InvitedUser(InvitationState Invitation, string Token);
