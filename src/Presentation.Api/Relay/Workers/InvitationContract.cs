namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>A one-time code for a machine that is to become a worker.</summary>
/// <param name="Code">Shown this once.</param>
/// <param name="Command">What its operator types there.</param>
internal sealed record InvitationContract(string Id, string Code, DateTimeOffset ExpiresAt, string Command);
