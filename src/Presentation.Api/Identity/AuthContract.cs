namespace MeatLizard.Presentation.Api.Identity;

internal sealed record SetupRequest(string Token, string Email, string Password, string? Name = null);

/// <param name="Invitation">The token of an invitation's link.</param>
internal sealed record RegisterRequest(string Email, string Password, string? Name = null, string? Invitation = null);

/// <param name="Token">Of the link that an admin has made.</param>
internal sealed record RecoverRequest(string Token, string Password);

internal sealed record PasswordRequest(string Current, string Password);

internal sealed record ForgetRequest(string Password);

internal sealed record LoginRequest(string Email, string Password);
