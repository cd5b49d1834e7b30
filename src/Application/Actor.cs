using MeatLizard.Domain.Identity;

namespace MeatLizard.Application;

/// <summary>On whose behalf a use case runs.</summary>
/// <param name="Scopes">With an API key: what it may be used for; empty means everything its user may do.</param>
public sealed record Actor(UserId UserId, Role Role, IReadOnlyList<string> Scopes);
