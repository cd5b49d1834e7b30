using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Relay.Workers;

/// <param name="Code">Shown this once.</param>
public sealed record InvitedWorker(WorkerId Id, string Code, DateTimeOffset ExpiresAt);
