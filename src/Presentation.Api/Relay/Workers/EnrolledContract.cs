namespace MeatLizard.Presentation.Api.Relay.Workers;

/// <summary>What makes a machine a worker.</summary>
/// <param name="WorkerId">The name that the admin gave it.</param>
/// <param name="Root">Its own secret, 64 hex digits, told this once.</param>
internal sealed record EnrolledContract(string WorkerId, string Root);
