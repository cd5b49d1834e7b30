namespace MeatLizard.Presentation.Api.Identity;

/// <param name="Scopes">chat, keys, admin; none for everything its user may do.</param>
/// <param name="Models">The names of the only models that it may ask; none for all.</param>
internal sealed record IssueKeyRequest(
    string Name, IReadOnlyList<string>? Scopes = null, DateTimeOffset? ExpiresAt = null, IReadOnlyList<string>? Models = null);
