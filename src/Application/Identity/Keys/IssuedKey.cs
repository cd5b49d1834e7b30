using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Identity.Keys;

/// <param name="Secret">The key itself; null when the same call had made it before, for it is shown once.</param>
public sealed record IssuedKey(ApiKeyState Key, string? Secret);
