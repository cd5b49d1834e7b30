namespace MeatLizard.Presentation.Api.Identity.People;

/// <param name="Link">Where somebody sets another password; told this once.</param>
internal sealed record RecoveryContract(string Link, DateTimeOffset ExpiresAt);
