namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <param name="Code">As the admin was shown it; case and hyphens do not matter.</param>
internal sealed record EnrolRequest(string Code);
