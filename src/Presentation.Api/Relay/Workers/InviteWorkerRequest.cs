namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <param name="Name">1 to 40 lower-case letters, digits and hyphens; it is the worker's id.</param>
internal sealed record InviteWorkerRequest(string Name);
