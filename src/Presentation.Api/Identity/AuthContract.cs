namespace MeatLizard.Presentation.Api.Identity;

internal sealed record SetupRequest(string Token, string Email, string Password, string? Name = null);

internal sealed record RegisterRequest(string Email, string Password, string? Name = null);

internal sealed record LoginRequest(string Email, string Password);
