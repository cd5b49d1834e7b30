using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>A user with how they sign in.</summary>
/// <param name="Email">In lower case; null for somebody without a password.</param>
public sealed record Account(UserState User, string? Email);
