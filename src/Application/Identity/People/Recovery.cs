namespace MeatLizard.Application.Identity.People;

/// <param name="Token">For the link; it is told this once.</param>
public sealed record Recovery(string Token, DateTimeOffset ExpiresAt);
