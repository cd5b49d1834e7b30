using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity;

/// <summary>Somebody who proved who they are.</summary>
/// <param name="Hash">Of the secret that proved it.</param>
/// <param name="ByKey">With an API key; otherwise with a browser's sign-in.</param>
public sealed record Caller(Actor Actor, UserState User, string Hash, bool ByKey, DateTimeOffset? ExpiresAt);
