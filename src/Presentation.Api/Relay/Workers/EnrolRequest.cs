namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <param name="Code">As the admin was shown it; case and hyphens do not matter.</param>
/// <param name="Claim">64 hex digits that the caller has drawn: with them the same code may be brought again while it lasts, should the answer be lost.</param>
internal sealed record EnrolRequest(string Code, string? Claim = null);
