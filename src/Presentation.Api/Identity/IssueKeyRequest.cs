namespace MeatLizard.Presentation.Api.Identity;

/// <param name="Scopes">chat, keys, admin; none for everything its user may do.</param>
internal sealed record IssueKeyRequest(string Name, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);
